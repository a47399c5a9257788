import type { Exception, Finding } from './types.ts';

const DAY = 86_400_000;

/** One that waits for somebody, one that is in effect. */
export function makeExceptions(findings: readonly Finding[], now: number): Exception[] {
  const at = (days: number) => new Date(now + days * DAY).toISOString();
  const exception = (id: string, finding: Finding, state: Exception['state']): Exception => ({
    id,
    kind: 'accepted',
    findingId: finding.id,
    advisoryId: finding.advisoryId,
    package: finding.package,
    asset: finding.asset,
    reason: 'Only staff can reach this page; it is replaced in January.',
    compensatingControl: 'The firewall lets nobody else in.',
    owner: { id: '2', name: 'Grace Hopper' },
    requestedBy: { id: '2', name: 'Grace Hopper' },
    requestedAt: at(-1),
    decidedBy: state === 'active' ? { id: '1', name: 'Ada Lovelace' } : null,
    decidedAt: state === 'active' ? at(-0.5) : null,
    expiresAt: at(40),
    state,
    findings: 1,
  });
  return findings
    .slice(0, 2)
    .map((finding, index) =>
      exception(`x${index + 1}`, finding, index === 0 ? 'requested' : 'active'),
    );
}
