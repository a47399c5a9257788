import { describe, expect, it } from 'vitest';
import type { FeedState } from '../domain/report.ts';
import { staleness } from './staleness.ts';

const NOW = new Date('2026-01-31T12:00:00Z');

function feed(asOf: string, syncedAt: string): FeedState {
  return { name: 'osv', asOf, records: 1, syncedAt, source: 'here' };
}

describe('staleness', () => {
  it.each([
    ['fresh', feed('2026-01-30T00:00:00Z', '2026-01-31T00:00:00Z'), /^nothing$/],
    ['a week old', feed('2026-01-24T12:00:00Z', '2026-01-24T12:00:00Z'), /^nothing$/],
    ['undated but synced', feed('', '2026-01-31T00:00:00Z'), /^nothing$/],
    ['newer than now', feed('2026-02-02T00:00:00Z', '2026-01-31T00:00:00Z'), /^nothing$/],
    [
      'not synced',
      feed('2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
      /osv 30 days \(not synced/,
    ],
    [
      'an old source',
      feed('2026-01-01T00:00:00Z', '2026-01-31T00:00:00Z'),
      /source ends 2026-01-01/,
    ],
    ['of unknown age', feed('', ''), /osv of unknown age/],
  ])('%s', (_, state, expected) => {
    const message = staleness([state], NOW);
    expect(message ?? 'nothing').toMatch(expected);
  });

  it('names only the old ones, oldest first', () => {
    const states = [
      { ...feed('2026-01-10T00:00:00Z', NOW.toISOString()), name: 'kev' },
      { ...feed('2026-01-31T00:00:00Z', NOW.toISOString()), name: 'epss' },
      { ...feed('2025-12-31T00:00:00Z', NOW.toISOString()), name: 'cve' },
    ];
    expect(staleness(states, NOW)).toMatch(/cve 31 days .*; kev 21 days .*Run `suture sync`/);
    expect(staleness(states, NOW)).not.toContain('epss');
  });
});
