import { expect, it } from 'vitest';
import type { SutureError } from '../../domain/error.ts';
import type { Sandbox } from '../../ports/sandbox.ts';
import { chooseSandbox } from './choose.ts';

function sandbox(id: string, reason?: string): Sandbox {
  return {
    id,
    unavailable: async () => reason,
    describe: async () => id,
    run: () => Promise.reject(new Error('not run here')),
  };
}

const broken = sandbox('bubblewrap', 'bubblewrap is not installed');
const docker = sandbox('docker');
const none = sandbox('none');

it.each([
  ['the first that works', [sandbox('bubblewrap'), docker, none], undefined, 'bubblewrap'],
  ['the next where it does not', [broken, docker, none], undefined, 'docker'],
  ['the preferred one', [sandbox('bubblewrap'), docker, none], 'docker', 'docker'],
  ['none only by name', [broken, none], 'none', 'none'],
])('%s', async (_name, list, preferred, expected) => {
  expect((await chooseSandbox(list, preferred)).id).toBe(expected);
});

it.each([
  ['nothing works', [broken, none], undefined, 'bubblewrap: bubblewrap is not installed'],
  ['the preferred one does not work', [broken, docker], 'bubblewrap', 'is not installed'],
  ['there is no such sandbox', [docker], 'jail', 'no sandbox called jail'],
])('refuses where %s', async (_name, list, preferred, message) => {
  const error = await chooseSandbox(list, preferred).then(
    () => undefined,
    (thrown: SutureError) => thrown,
  );
  expect(error?.code).toBe('sandbox-missing');
  expect(error?.message).toContain(message);
  expect(error?.remedy).not.toBe('');
});
