import type { SeverityLabel, SeverityVector } from './advisory.ts';
import { preferredAssessment } from './cvss.ts';
import type { Severity } from './finding.ts';

/**
 * Qualitative rating: CVSS v3.1 section 5 and v4.0 section 6; for v2 NVD's three bands, which know
 * no critical.
 */
export function labelOf(score: number, version: 2 | 3 | 4): SeverityLabel {
  if (version === 2) return score >= 7 ? 'high' : score >= 4 ? 'medium' : 'low';
  if (score === 0) return 'none';
  return score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : 'low';
}

/**
 * Severity of an advisory: by its CVSS vector (v4 before v3 before v2), else by the label its
 * database gives it, else `unknown`.
 */
export function severityOf(advisory: {
  readonly severities: readonly SeverityVector[];
  readonly severityLabel?: SeverityLabel;
}): Severity {
  const best = preferredAssessment(advisory.severities);
  if (best === undefined) return { label: advisory.severityLabel ?? 'unknown' };
  return { label: labelOf(best.score, best.version), score: best.score, vector: best.vector };
}
