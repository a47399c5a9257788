import type { Finding } from './finding.ts';

/** A finding as it is written to files and kept by the control plane. */
export type FindingDocument = ReturnType<typeof findingDocument>;

/** One finding of `scan --format json`, version 1: without what only matching needed. */
export function findingDocument(finding: Finding) {
  const { component, advisory, severity, risk } = finding;
  return {
    id: finding.id,
    component,
    advisory: {
      id: advisory.id,
      aliases: advisory.aliases,
      summary: advisory.summary,
      severity: severity.label,
      cvss:
        severity.vector === undefined
          ? null
          : { score: severity.score ?? null, vector: severity.vector },
      cwes: advisory.cwes,
      published: advisory.published,
    },
    match: finding.match,
    fixedIn: finding.fixedIn,
    threat: {
      kev: advisory.threat.kev ?? null,
      epss: advisory.threat.epss ?? null,
      ssvc: advisory.threat.ssvc ?? null,
      publicExploits: advisory.threat.publicExploits ?? null,
    },
    reachability: finding.reachability,
    vex: finding.vex,
    risk: {
      score: risk.score,
      probability: risk.probability,
      impact: risk.impact,
      band: risk.band,
      deadline: risk.deadline.due ?? null,
      deadlineRule: risk.deadline.rule,
      factors: risk.factors,
    },
    suppression: finding.suppression ?? null,
  };
}
