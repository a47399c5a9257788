import { describe, expect, it } from 'vitest';
import { labelOf, severityOf } from './severity.ts';

describe('labelOf', () => {
  it.each([
    [3, 0, 'none'],
    [3, 0.1, 'low'],
    [3, 3.9, 'low'],
    [3, 4, 'medium'],
    [3, 6.9, 'medium'],
    [3, 7, 'high'],
    [4, 8.9, 'high'],
    [4, 9, 'critical'],
    [2, 0, 'low'],
    [2, 3.9, 'low'],
    [2, 4, 'medium'],
    [2, 10, 'high'],
  ] as const)('v%d %d is %s', (version, score, label) => {
    expect(labelOf(score, version)).toBe(label);
  });
});

describe('severityOf', () => {
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
  it.each([
    [
      'the vector before the label',
      { severities: [{ type: 'CVSS_V3', vector }], severityLabel: 'low' },
      { label: 'critical', score: 9.8, vector },
    ],
    ['the label without a vector', { severities: [], severityLabel: 'high' }, { label: 'high' }],
    [
      'the label beside a broken vector',
      { severities: [{ type: 'CVSS_V3', vector: 'CVSS:3.1/nonsense' }], severityLabel: 'medium' },
      { label: 'medium' },
    ],
    ['unknown', { severities: [] }, { label: 'unknown' }],
  ] as const)('%s', (_case, advisory, expected) => {
    expect(severityOf(advisory)).toEqual(expected);
  });
});
