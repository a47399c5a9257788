import { expect, it } from 'vitest';
import { randomOf } from '../campaigns/random.ts';
import { killControl } from '../support/kill-control.ts';

// The long version, with twenty changes: node test/campaigns/control-kill.ts

it.each(['worker', 'database', 'everything'] as const)(
  'all changes come to their end, and none twice, when %s is killed in the middle',
  { timeout: 400_000 },
  async (victim) => {
    const run = await killControl(victim, 4, randomOf(7));
    expect(run.violations).toEqual([]);
    expect(run.closedByThen).toBeLessThan(run.changes);
  },
);
