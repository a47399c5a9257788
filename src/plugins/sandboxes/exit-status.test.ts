import { expect, it } from 'vitest';
import { exitStatus } from './exit-status.ts';

it.each([
  [0, { exitCode: 0 }],
  [1, { exitCode: 1 }],
  [127, { exitCode: 127 }],
  [128, { exitCode: 128 }],
  [134, { exitCode: null, signal: 'SIGABRT' }],
  [137, { exitCode: null, signal: 'SIGKILL' }],
  [143, { exitCode: null, signal: 'SIGTERM' }],
  [255, { exitCode: 255 }],
  [null, { exitCode: null }],
])('%s', (code, expected) => {
  expect(exitStatus(code)).toEqual(expected);
});
