import { expect, it } from 'vitest';
import { vexOf } from './vex.ts';

it.each([
  ['reachable', false, 'affected', undefined],
  ['unknown', false, 'under_investigation', undefined],
  ['not-reachable', false, 'not_affected', 'vulnerable_code_not_in_execute_path'],
  ['not-reachable', true, 'affected', undefined],
] as const)('%s, malicious %s: %s', (status, malicious, expected, justification) => {
  const vex = vexOf({ status, because: 'looked', evidence: [] }, malicious);
  expect([vex.status, vex.justification]).toEqual([expected, justification]);
});
