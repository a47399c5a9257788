import { expect, it } from 'vitest';
import { randomOf } from '../campaigns/random.ts';
import { killPostgres } from '../support/kill-postgres.ts';

// More rounds: node test/campaigns/postgres-kill.ts
it.runIf(process.platform === 'linux')(
  'keeps what it acknowledged when everything is killed at once, and starts again',
  async () => {
    let written = 0;
    for await (const { lost, acknowledged } of killPostgres(2, randomOf(20), 'first write')) {
      expect(lost).toEqual([]);
      written = acknowledged;
    }
    expect(written).toBeGreaterThan(0);
  },
  120_000,
);
