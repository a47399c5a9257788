import { expect, it } from 'vitest';
import { madeFinding } from '../../test/support/made-finding.ts';
import type { Finding } from './finding.ts';
import { findingDocument } from './finding-document.ts';
import { findingFromDocument } from './finding-from-document.ts';

const plain = madeFinding({ due: '2026-11-25', kev: true });
const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

it.each<[string, Finding]>([
  ['by label', { ...plain, advisory: { ...plain.advisory, severityLabel: 'high' } }],
  [
    'by vector',
    {
      ...plain,
      severity: { label: 'critical', score: 9.8, vector },
      advisory: { ...plain.advisory, severities: [{ type: 'CVSS_V3', vector }] },
    },
  ],
  [
    'suppressed, without a date',
    {
      ...madeFinding(),
      advisory: { ...madeFinding().advisory, severityLabel: 'high' },
      suppression: { reason: 'r', expires: '2027-01-01', declaredIn: 'suture.yaml:3' },
    },
  ],
])('a finding comes back as it was written: %s', (_case, finding) => {
  const written: unknown = JSON.parse(JSON.stringify(findingDocument(finding)));
  expect(findingFromDocument(written as ReturnType<typeof findingDocument>)).toEqual(finding);
});
