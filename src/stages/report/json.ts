import type { Finding } from '../../domain/finding.ts';
import type { ScanReport } from '../../domain/report.ts';

/**
 * `scan --format json`, version 1; schema: docs/schemas/scan-1.schema.json. Fields may be added,
 * never changed. Text from advisories and packages is data here, escaped by JSON alone.
 */
export function writeJson(report: ScanReport): string {
  return JSON.stringify(scanDocument(report), null, 2);
}

export function scanDocument(report: ScanReport) {
  return {
    schemaVersion: 1,
    tool: report.tool,
    generatedAt: report.generatedAt,
    feeds: report.feeds,
    assets: report.assets.map(({ components, findings, ...asset }) => ({
      id: asset.id,
      kind: asset.kind,
      name: asset.name,
      context: asset.context,
      components: components.length,
      findings: findings.map(findingDocument),
    })),
    problems: report.problems,
  };
}

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
