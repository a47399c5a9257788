import type { z } from 'zod';
import {
  type Checks,
  type Configuration,
  type DeclaredContext,
  defaultChecks,
  defaultPolicy,
  type IgnoreRule,
  type Policy,
} from '../../domain/configuration.ts';
import { SutureError } from '../../domain/error.ts';
import type { Problem } from '../../domain/problem.ts';
import { complaintsOf, problem, unknownKey } from './complaints.ts';
import { controlPolicySchema } from './control-policy-schema.ts';
import {
  checksSchema,
  configurationSchema,
  contextSchema,
  ignoreRuleSchema,
  policySchema,
} from './schema.ts';
import { keysOf } from './schema-keys.ts';
import { operatorPolicy, stricterPolicy } from './stricter.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';

/** The synchronous heart of `readConfiguration`; see there. */
export function parseConfiguration(
  text: string,
  file: string,
  operator: Policy,
): { configuration: Configuration; problems: readonly Problem[] } {
  const yaml = readYaml(text);
  const problems = yaml.errors.map(({ line, message }) => problem(file, line, message));
  const root = asMapping(yaml.value);
  if (problems.length === 0 && root === undefined) {
    problems.push(
      problem(file, 1, 'the file must be a mapping with context, policy, checks, ignore'),
    );
  }
  const sections = Object.keys(configurationSchema.shape);
  for (const key of Object.keys(root ?? {}).filter((each) => !sections.includes(each))) {
    problems.push(unknownKey({ yaml, file, path: [], key, allowed: sections }));
  }
  const reader = new SectionReader(yaml, file, problems);
  const context = reader.readMost(contextSchema, ['context'], root?.['context']) ?? {};
  const wanted = reader.readMost(policySchema, ['policy'], root?.['policy']) ?? {};
  const { policy, refused } = stricterPolicy(wanted, operator);
  for (const { key, why } of refused) {
    const line = yaml.lineOfKey(['policy'], key);
    problems.push(problem(file, line, `policy.${key} ${why}`, 'warning'));
  }
  const checks = reader.readMost(checksSchema, ['checks'], root?.['checks']) ?? {};
  const configuration: Configuration = {
    context: context as DeclaredContext,
    declaredAt: Object.fromEntries(
      Object.keys(context).map((key) => [key, `${file}:${yaml.lineOfKey(['context'], key) ?? 1}`]),
    ),
    policy,
    checks: { ...defaultChecks, ...checks } as Checks,
    ignore: readIgnore(reader, root?.['ignore']),
  };
  return { configuration, problems };
}

/**
 * The synchronous heart of `readOperatorPolicy`; see there. A control plane's policy is an
 * operator's policy and more: what is more in it is looked at by its shape only.
 */
export function parseOperatorPolicy(text: string, file: string): Policy {
  const yaml = readYaml(text);
  const problems = yaml.errors.map(({ line, message }) => problem(file, line, message));
  const input =
    problems.length === 0
      ? new SectionReader(yaml, file, problems).read(controlPolicySchema, [], yaml.value)
      : undefined;
  if (input === undefined || problems.length > 0) {
    const places = problems.map(({ line, message }) => `${file}:${line ?? 1}: ${message}`);
    throw new SutureError('policy-invalid', places.join('\n') || `${file} is not a mapping`, {
      remedy: 'Correct the policy; Suture does not run on half of one.',
    });
  }
  return operatorPolicy(input, defaultPolicy);
}

/** Checks parts of one file against their schemas and gathers the complaints. */
class SectionReader {
  readonly yaml: YamlFile;
  readonly file: string;
  readonly problems: Problem[];

  constructor(yaml: YamlFile, file: string, problems: Problem[]) {
    this.yaml = yaml;
    this.file = file;
    this.problems = problems;
  }

  /**
   * Like `read`, but what is wrong inside the mapping only costs the settings it is in: a misspelt
   * criticality must not make Suture forget that the asset is on the internet.
   */
  readMost<S extends z.ZodType>(
    schema: S,
    at: readonly PropertyKey[],
    value: unknown,
  ): z.infer<S> | undefined {
    const whole = this.read(schema, at, value);
    const mapping = asMapping(value);
    if (whole !== undefined || mapping === undefined) return whole;
    const kept = Object.entries(mapping).filter(
      ([key, setting]) => schema.safeParse({ [key]: setting }).success,
    );
    return schema.parse(Object.fromEntries(kept));
  }

  /** The checked value; `undefined` when it is absent or wrong (then with problems). */
  read<S extends z.ZodType>(
    schema: S,
    at: readonly PropertyKey[],
    value: unknown,
  ): z.infer<S> | undefined {
    if (value === undefined || value === null) return undefined;
    const result = schema.safeParse(value, { reportInput: true });
    if (result.success) return result.data;
    const { yaml, file } = this;
    const keysAt = (path: readonly PropertyKey[]) => keysOf(schema, path);
    this.problems.push(...complaintsOf(result.error.issues, { yaml, file, at, keysAt }));
    return undefined;
  }
}

/** Each rule stands for itself: one that is broken must not take the others with it. */
function readIgnore(reader: SectionReader, value: unknown): readonly IgnoreRule[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    const line = reader.yaml.lineOf(['ignore']);
    reader.problems.push(problem(reader.file, line, 'ignore must be a list of rules'));
    return [];
  }
  return value.flatMap((entry: unknown, index): IgnoreRule[] => {
    const rule = reader.read(ignoreRuleSchema, ['ignore', index], entry ?? {});
    if (rule === undefined) return [];
    const declaredIn = `${reader.file}:${reader.yaml.lineOf(['ignore', index]) ?? 1}`;
    return [{ ...rule, declaredIn } as IgnoreRule];
  });
}

function asMapping(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
