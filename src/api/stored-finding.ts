import type { SeverityVector } from '../domain/advisory.ts';
import type { Finding } from '../domain/finding.ts';
import type { FindingDocument } from '../domain/finding-document.ts';

/** A finding as stages take it, from what is kept of it; what only matching needed is not. */
export function findingOfDocument(document: FindingDocument): Finding {
  const { advisory, threat, risk, suppression } = document;
  const { cvss } = advisory;
  return {
    id: document.id,
    component: document.component,
    advisory: {
      id: advisory.id,
      aliases: advisory.aliases,
      summary: advisory.summary,
      published: advisory.published,
      severities: cvss === null ? [] : [vectorOf(cvss.vector)],
      severityLabel: advisory.severity,
      cwes: advisory.cwes,
      affected: [],
      threat: {
        ...(threat.kev === null ? {} : { kev: threat.kev }),
        ...(threat.epss === null ? {} : { epss: threat.epss }),
        ...(threat.ssvc === null ? {} : { ssvc: threat.ssvc }),
        ...(threat.publicExploits === null ? {} : { publicExploits: threat.publicExploits }),
      },
    },
    match: document.match,
    fixedIn: document.fixedIn,
    severity: {
      label: advisory.severity,
      ...(cvss === null ? {} : { vector: cvss.vector }),
      ...(cvss === null || cvss.score === null ? {} : { score: cvss.score }),
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
        ...(risk.deadline === null ? {} : { due: risk.deadline }),
      },
      factors: risk.factors,
    },
    ...(suppression === null ? {} : { suppression }),
  };
}

function vectorOf(vector: string): SeverityVector {
  if (vector.startsWith('CVSS:4')) return { type: 'CVSS_V4', vector };
  return { type: vector.startsWith('CVSS:3') ? 'CVSS_V3' : 'CVSS_V2', vector };
}
