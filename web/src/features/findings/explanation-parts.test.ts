import { expect, it } from 'vitest';
import { explanationParts } from './explanation-parts.ts';

const PRINTED = `GHSA-1 in lodash@4.17.4: act (86.1)  [95fe]
  What       Command injection (unknown; also CVE-1)
  Because    known exploited since 2022-01-18 (×403); kind of
             weakness: injection (×1.8)
  Closed by  lodash 4.17.21
`;

it('takes labels and texts apart, and joins what was wrapped', () => {
  expect(explanationParts(PRINTED)).toEqual([
    { label: 'What', text: 'Command injection (unknown; also CVE-1)' },
    {
      label: 'Because',
      text: 'known exploited since 2022-01-18 (×403); kind of weakness: injection (×1.8)',
    },
    { label: 'Closed by', text: 'lodash 4.17.21' },
  ]);
});

it.each([[''], ['One sentence, nothing more.'], ['Two lines,\nno labels.']])(
  '%j has no parts',
  (text) => {
    expect(explanationParts(text)).toEqual([]);
  },
);
