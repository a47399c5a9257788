import type { SeverityLabel } from '../../../domain/advisory.ts';
import type { Band } from '../../../domain/risk.ts';

/**
 * PCI DSS 4.0.1 (June 2024), requirement 6.3.3: patches for critical vulnerabilities, as ranked by
 * the entity's own process of 6.3.1, are installed within one month of release; all others within
 * a time that the entity sets itself (house rules). 4.0 asked the same of high ones; 4.0.1 took that
 * back.
 *
 * Ours, for want of a word from the standard:
 * - critical: our ranking process is the band, so `act`; and what carries the label `critical`
 *   everywhere else, because an assessor will ask for it
 * - release: publication of the advisory, the closest to the release of the patch that is known;
 *   detection, where that was earlier
 */
export function isPciCritical(band: Band, severity: SeverityLabel): boolean {
  return band === 'act' || severity === 'critical';
}

/** The same day of the next month, or its last day: 31 January → 28 or 29 February (UTC). */
export function oneMonthAfter(start: Date): Date {
  const year = start.getUTCFullYear();
  const month = start.getUTCMonth();
  const lastDay = new Date(Date.UTC(year, month + 2, 0)).getUTCDate();
  return new Date(Date.UTC(year, month + 1, Math.min(start.getUTCDate(), lastDay)));
}
