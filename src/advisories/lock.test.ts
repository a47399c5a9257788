import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/advisories.ts';
import { acquireLock } from './lock.ts';

it('is held by one at a time and goes with its scope', async () => {
  const path = join(temporaryFolder(), 'made', 'sync.lock');
  {
    await using _held = await acquireLock(path, { waitMs: 0 });
    const waited: number[] = [];
    await expect(
      acquireLock(path, { waitMs: 0, onWait: (pid) => waited.push(pid) }),
    ).rejects.toMatchObject({
      code: 'sync-busy',
      message: expect.stringContaining(String(process.pid)),
    });
    expect(waited).toEqual([process.pid]);
  }
  expect(existsSync(path)).toBe(false);
});

it('is handed on to whoever waits', async () => {
  const path = join(temporaryFolder(), 'sync.lock');
  const order: string[] = [];
  const first = await acquireLock(path, { waitMs: 0 });
  const second = (async () => {
    await using _held = await acquireLock(path, {
      waitMs: 10_000,
      onWait: () => order.push('waits'),
    });
    order.push('has it');
  })();
  await expect.poll(() => order).toEqual(['waits']);
  order.push('released');
  await first[Symbol.asyncDispose]();
  await second;
  expect(order).toEqual(['waits', 'released', 'has it']);
});

it.each([
  ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, start: '1' })],
  ['a process whose pid was given to another', JSON.stringify({ pid: process.pid, start: '1' })],
  ['a process that died before it wrote its name', ''],
])('is taken over from %s, by one of many', async (_, content) => {
  const path = join(temporaryFolder(), 'sync.lock');
  writeFileSync(path, content);
  let holders = 0;
  let most = 0;
  const contend = async () => {
    await using _held = await acquireLock(path, { waitMs: 20_000 });
    holders += 1;
    most = Math.max(most, holders);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    holders -= 1;
  };
  await Promise.all([contend(), contend(), contend(), contend()]);
  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
});
