import type { ControlPolicyInput } from '../../configure/control-policy-schema.ts';
import { compileCondition, isFault } from '../conditions/condition.ts';
import type { ConditionScope } from '../conditions/vocabulary.ts';
import type { DocumentReader } from './document-reader.ts';

/** Every CEL expression of the document: syntax, variables, fields, types, bounds. */
export function checkConditions(input: ControlPolicyInput, reader: DocumentReader): void {
  const check = (
    text: string | undefined,
    scope: ConditionScope,
    path: readonly PropertyKey[],
  ): void => {
    if (text === undefined) return;
    const made = compileCondition(text, scope);
    if (!isFault(made)) return;
    const { offset, message, remedy } = made;
    // The schema trims; the document's text may begin with blanks that the fault does not count.
    const blanks = leadingBlanks(reader, path);
    reader.tellInText(path, offset + blanks, message, remedy === undefined ? {} : { remedy });
  };
  for (const [index, { when }] of (input.autonomy ?? []).entries()) {
    check(when, 'change', ['autonomy', index, 'when']);
  }
  for (const [index, { when, except }] of (input.calendars ?? []).entries()) {
    check(when, 'asset', ['calendars', index, 'when']);
    check(except, 'change', ['calendars', index, 'except']);
  }
}

function leadingBlanks(reader: DocumentReader, path: readonly PropertyKey[]): number {
  let value: unknown = reader.yaml.value;
  for (const part of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[part];
  return typeof value === 'string' ? value.length - value.trimStart().length : 0;
}
