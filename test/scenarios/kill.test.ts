import { describe, expect, it } from 'vitest';
import { killPatch } from '../campaigns/kill-patch.ts';
import { killSync } from '../campaigns/kill-sync.ts';
import { randomOf } from '../campaigns/random.ts';
import { missing } from '../support/small-repository.ts';

// A short version of test/campaigns/kill.ts, where the rest is.

const absent = await missing();

describe.skipIf(absent !== undefined)(`after SIGKILL (skipped: ${absent ?? 'no'})`, () => {
  it.each([
    ['patch', killPatch],
    ['sync', killSync],
  ])('%s ends as if nothing had happened', { timeout: 180_000 }, async (_, campaign) => {
    let turns = 0;
    for await (const run of campaign(3, randomOf(7))) {
      expect(run).toMatchObject({ violations: [] });
      turns += 1;
    }
    expect(turns).toBe(3);
  });
});
