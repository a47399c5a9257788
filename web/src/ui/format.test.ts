import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatHours, formatShare, plural, sentence } from './format.ts';

describe('format', () => {
  it.each([
    [0, '0%'],
    [0.004, '<1%'],
    [0.62, '62%'],
    [0.997, '>99%'],
    [1, '100%'],
  ])('share %d: %s', (share, expected) => {
    expect(formatShare(share)).toBe(expected);
  });

  it.each([
    [null, '–'],
    [0.2, '12 min'],
    [0.001, '1 min'],
    [9.5, '9.5 h'],
    [96, '4 d'],
  ])('hours %j: %s', (hours, expected) => {
    expect(formatHours(hours)).toBe(expected);
  });

  it.each([
    [999, '999 B'],
    [812_000_000, '812 MB'],
    [1_500_000_000_000_000, '1,500 TB'],
  ])('bytes %d: %s', (bytes, expected) => {
    expect(formatBytes(bytes)).toBe(expected);
  });

  it('says where counting stopped', () => {
    expect(formatCount({ value: 10_000, atLeast: true })).toBe('10,000+');
  });

  it('knows one from many', () => {
    expect([plural(1, 'finding'), plural(2, 'finding')]).toEqual(['1 finding', '2 findings']);
    expect(sentence('awaiting-approval')).toBe('Awaiting approval');
  });
});
