import type { SeverityVector } from './advisory.ts';
import type { Finding } from './finding.ts';
import type { FindingDocument } from './finding-document.ts';

/**
 * A finding as it was written by `findingDocument`, but for what only matching needed: its ranges
 * and the severity vectors that did not decide are gone.
 */
export function findingFromDocument(document: FindingDocument): Finding {
  const { advisory, threat, risk, suppression } = document;
  const { severity: label, cvss, ...about } = advisory;
  return {
    id: document.id,
    component: document.component,
    advisory: {
      ...about,
      severities: cvss === null ? [] : [severityVector(cvss.vector)],
      ...(cvss === null && { severityLabel: label }),
      affected: [],
      threat: {
        ...(threat.kev !== null && { kev: threat.kev }),
        ...(threat.epss !== null && { epss: threat.epss }),
        ...(threat.ssvc !== null && { ssvc: threat.ssvc }),
        ...(threat.publicExploits !== null && { publicExploits: threat.publicExploits }),
      },
    },
    match: document.match,
    fixedIn: document.fixedIn,
    severity: {
      label,
      ...(cvss !== null && { vector: cvss.vector }),
      ...(cvss !== null && cvss.score !== null && { score: cvss.score }),
    },
    reachability: document.reachability,
    vex: document.vex,
    risk: {
      score: risk.score,
      probability: risk.probability,
      impact: risk.impact,
      band: risk.band,
      deadline: {
        rule: risk.deadlineRule,
        ...(risk.deadline !== null && { due: risk.deadline }),
      },
      factors: risk.factors,
    },
    ...(suppression !== null && { suppression }),
  };
}

/** The vector says which version it is of; only version 2 has no prefix. */
function severityVector(vector: string): SeverityVector {
  const version = /^CVSS:(\d)/.exec(vector)?.[1];
  return {
    type: version === '4' ? 'CVSS_V4' : version === '3' ? 'CVSS_V3' : 'CVSS_V2',
    vector,
  };
}
