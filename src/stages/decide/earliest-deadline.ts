import type { Finding } from '../../domain/finding.ts';

/** The earliest date by which one of the findings is due. */
export function earliestDeadline(
  findings: readonly Finding[],
): Finding['risk']['deadline'] | undefined {
  return findings
    .map(({ risk }) => risk.deadline)
    .filter(({ due }) => due !== undefined)
    .reduce<Finding['risk']['deadline'] | undefined>(
      (best, next) => (best === undefined || (next.due ?? '9') < (best.due ?? '9') ? next : best),
      undefined,
    );
}
