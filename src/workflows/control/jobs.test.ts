import { describe, expect, it } from 'vitest';
import { nextTime } from './jobs.ts';

describe('what is next by a schedule', () => {
  const after = new Date('2026-03-01T12:00:00Z');

  it.each([
    ['0 3 * * *', '2026-03-02T03:00'],
    ['0 13 * * *', '2026-03-01T13:00'],
    ['*/30 * * * *', '2026-03-01T12:30'],
    ['0 0 1 4 *', '2026-04-01T00:00'],
  ])('%s is at %s, or within a quarter of an hour', (pattern, due) => {
    const spread = nextTime(pattern, after, 'shop').getTime() - Date.parse(`${due}:00Z`);
    expect(spread).toBeGreaterThanOrEqual(0);
    expect(spread).toBeLessThan(15 * 60_000);
  });

  it('is the same for one asset every time, and spread over many', () => {
    const at = (who: string) => nextTime('0 3 * * *', after, who).getTime();
    expect(at('shop')).toBe(at('shop'));
    expect(new Set(Array.from({ length: 50 }, (_, n) => at(`asset ${n}`))).size).toBeGreaterThan(
      45,
    );
  });

  it('comes within a day where a schedule has no next time', () => {
    expect(nextTime('0 0 30 2 *', after, 'shop').getTime()).toBeGreaterThan(after.getTime());
  });
});
