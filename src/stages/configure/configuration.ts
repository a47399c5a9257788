import {
  type Configuration,
  defaultChecks,
  defaultPolicy,
  type Policy,
} from '../../domain/configuration.ts';
import type { Problem } from '../../domain/problem.ts';

/**
 * Reads a repository's `suture.yaml` over the operator's policy. Without a file neither the YAML
 * parser nor the schema library is loaded: most scans have none.
 *
 * Nothing in the file can stop a scan: what is wrong becomes a problem with its line, and that part
 * keeps its default. A part that would weaken the operator's policy is refused with a warning.
 *
 * @param text the file's content; `undefined` when there is none
 * @param file its name, for messages
 */
export async function readConfiguration(
  text: string | undefined,
  file: string,
  operator: Policy = defaultPolicy,
): Promise<{ configuration: Configuration; problems: readonly Problem[] }> {
  if (text === undefined || text.trim() === '') {
    const configuration: Configuration = {
      context: {},
      declaredAt: {},
      policy: operator,
      checks: defaultChecks,
      ignore: [],
    };
    return { configuration, problems: [] };
  }
  const { parseConfiguration } = await import('./parse-configuration.ts');
  return parseConfiguration(text, file, operator);
}

/**
 * Reads the operator's policy (`$SUTURE_HOME/policy.yaml` or `--policy`).
 *
 * @throws SutureError `policy-invalid`: an operator who wrote a rule must not silently run without.
 */
export async function readOperatorPolicy(text: string | undefined, file: string): Promise<Policy> {
  if (text === undefined || text.trim() === '') return defaultPolicy;
  const { parseOperatorPolicy } = await import('./parse-configuration.ts');
  return parseOperatorPolicy(text, file);
}
