import {
  type ControlPolicy,
  defaultControlPolicy,
  type PolicyProblem,
} from '../../../domain/control-policy.ts';
import { complaintsOf } from '../../configure/complaints.ts';
import { controlPolicySchema } from '../../configure/control-policy-schema.ts';
import { keysOf } from '../../configure/schema-keys.ts';
import { readYaml } from '../../configure/yaml-file.ts';
import { checkCalendars } from './check-calendars.ts';
import { checkConditions } from './check-conditions.ts';
import { checkPeople } from './check-people.ts';
import { checkRules } from './check-rules.ts';
import { DocumentReader, type ParseOptions } from './document-reader.ts';
import { fillIn } from './fill-in.ts';

/** Longer documents are not written by people. */
const MAX_LENGTH = 2_000_000;

/**
 * Reads a control plane's policy. Every problem says where it is, to the column; inside conditions
 * and calendars, too. A document with an error has no policy, one with warnings has; an empty one
 * is the default.
 *
 * @param file its name, for the problems
 */
export function parseControlPolicy(
  text: string,
  file: string,
  options: ParseOptions = {},
): { readonly policy?: ControlPolicy; readonly problems: readonly PolicyProblem[] } {
  if (text.length > MAX_LENGTH) {
    const message = `the document is longer than ${MAX_LENGTH} characters`;
    return { problems: [{ severity: 'error', file, line: 1, column: 1, message }] };
  }
  const yaml = readYaml(text);
  const reader = new DocumentReader(yaml, file);
  for (const { line = 1, column = 1, message } of yaml.errors) {
    reader.problems.push({ severity: 'error', file, line, column, message });
  }
  if (reader.hasErrors()) return { problems: reader.problems };
  if (yaml.value === null || yaml.value === undefined) {
    return { policy: defaultControlPolicy, problems: [] };
  }
  const result = controlPolicySchema.safeParse(yaml.value, { reportInput: true });
  if (!result.success) {
    const keysAt = (path: readonly PropertyKey[]) => keysOf(controlPolicySchema, path);
    const { issues } = result.error;
    const problems = complaintsOf(issues, { yaml, file, columns: true, at: [], keysAt });
    return { problems };
  }
  const input = result.data;
  checkConditions(input, reader);
  checkRules(input, reader);
  checkPeople(input, reader);
  const calendars = checkCalendars(input.calendars ?? [], reader, options);
  const problems = [...reader.problems].sort(byPlace);
  if (reader.hasErrors()) return { problems };
  return { policy: fillIn(input, (calendar) => calendars.get(calendar) ?? ''), problems };
}

function byPlace(a: PolicyProblem, b: PolicyProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
