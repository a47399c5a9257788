import { afterEach, expect, it } from 'vitest';
import { type KeptProcess, keepRunning } from './kept-process.ts';

const kept: KeptProcess[] = [];
afterEach(async () => {
  await Promise.all(kept.splice(0).map((one) => one.stop(1000)));
});

function keep(script: string, onExit: (exit: { againInMs: number }) => void): KeptProcess {
  const one = keepRunning([process.execPath, '-e', script], { env: process.env, onExit });
  kept.push(one);
  return one;
}

it('starts it again, later each time', async () => {
  const delays: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  keep('process.exit(3)', ({ againInMs }) => {
    delays.push(againInMs);
    if (delays.length === 2) resolve();
  });
  await promise;
  expect(delays).toEqual([250, 500]);
});

it('starts one that was killed again', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const one = keep('setInterval(() => {}, 1000)', () => resolve());
  const first = one.pid;
  process.kill(first ?? 0, 'SIGKILL');
  await promise;
  await expect.poll(() => one.pid).toBeTypeOf('number');
  expect(one.pid).not.toBe(first);
});

it('ends for good, even what does not listen', async () => {
  const exits: unknown[] = [];
  const script = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)";
  const one = keep(script, (exit) => exits.push(exit));
  await one.stop(100);
  expect([one.pid, exits]).toEqual([undefined, []]);
});
