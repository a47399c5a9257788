import type { Location, Log, ReportingDescriptor, Result, Run } from 'sarif';
import type { Finding } from '../../domain/finding.ts';
import { neutralise } from '../../domain/neutralise.ts';
import type { ScannedAsset, ScanReport } from '../../domain/report.ts';

/**
 * SARIF 2.1.0 (OASIS Standard, 27 March 2020). One rule per vulnerability, aliases merged; results
 * carry `partialFingerprints`, so that a code-scanning service knows a finding again.
 */
export function writeSarif(report: ScanReport): string {
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: report.assets.map((asset) => run(asset, report)),
  };
  return JSON.stringify(log, null, 2);
}

function run(asset: ScannedAsset, report: ScanReport): Run {
  const ids = [...new Set(asset.findings.map(({ advisory }) => advisory.id))].sort();
  const first = new Map(asset.findings.map((finding) => [finding.advisory.id, finding]));
  const worst = Map.groupBy(asset.findings, ({ advisory }) => advisory.id);
  const covered = report.problems.every(({ severity }) => severity !== 'error');
  return {
    tool: {
      driver: {
        name: report.tool.name,
        semanticVersion: report.tool.version,
        rules: ids.flatMap((id) => {
          const finding = first.get(id);
          return finding === undefined ? [] : [rule(finding, worst.get(id) ?? [])];
        }),
      },
    },
    automationDetails: { id: `suture/${asset.id}/` },
    invocations: [
      {
        executionSuccessful: covered,
        endTimeUtc: report.generatedAt,
        toolExecutionNotifications: report.problems.map((problem) => ({
          level: problem.severity,
          message: { text: neutralise(problem.message) },
          ...(problem.file === '' ? {} : { locations: [location(problem.file, problem.line)] }),
        })),
      },
    ],
    columnKind: 'utf16CodeUnits',
    results: asset.findings.map((finding) => result(finding, ids.indexOf(finding.advisory.id))),
  };
}

function rule(finding: Finding, all: readonly Finding[]): ReportingDescriptor {
  const { advisory, severity } = finding;
  const summary = neutralise(advisory.summary) || advisory.id;
  const score = severity.score ?? LABEL_SCORES[severity.label];
  return {
    id: advisory.id,
    name: advisory.id,
    shortDescription: { text: summary },
    fullDescription: { text: summary },
    helpUri: `https://osv.dev/vulnerability/${encodeURIComponent(advisory.id)}`,
    help: {
      text: [`Also known as: ${advisory.aliases.join(', ') || 'nothing else'}.`, fixText(all)].join(
        ' ',
      ),
    },
    properties: {
      tags: [
        'security',
        'vulnerability',
        ...advisory.cwes.map((cwe) => `external/cwe/${cwe.toLowerCase()}`),
      ],
      aliases: advisory.aliases,
      ...(score === undefined ? {} : { 'security-severity': score.toFixed(1) }),
    },
  };
}

/** GitHub shows a severity only from a number; the middle of each label's CVSS 3.1 band. */
const LABEL_SCORES: Readonly<Record<string, number | undefined>> = {
  critical: 9.5,
  high: 8,
  medium: 5.5,
  low: 2.5,
};

function fixText(findings: readonly Finding[]): string {
  const fixes = [
    ...new Set(
      findings.flatMap(({ component, fixedIn }) =>
        fixedIn.slice(0, 1).map((v) => `${component.name} ${v}`),
      ),
    ),
  ];
  return fixes.length === 0 ? 'No fixed version is known.' : `Fixed in ${fixes.join(', ')}.`;
}

const LEVELS = { act: 'error', attend: 'warning', track: 'note' } as const;

function result(finding: Finding, ruleIndex: number): Result {
  const { component, advisory, reachability, risk, suppression } = finding;
  const text = `${component.name} ${component.version} is affected by ${advisory.id} (${reachability.status}). ${reachability.because}`;
  const files = component.seenIn.length === 0 ? [''] : component.seenIn;
  return {
    ruleId: advisory.id,
    ruleIndex,
    level: LEVELS[risk.band],
    kind: 'fail',
    message: { text: neutralise(text) },
    locations: files.map((file) => ({
      ...location(file),
      logicalLocations: [{ fullyQualifiedName: component.purl, kind: 'package' }],
    })),
    relatedLocations: reachability.evidence
      .filter(({ via }) => via.length === 0)
      .map((site, id) => ({
        id,
        ...location(site.file, site.line, site.column),
        message: { text: neutralise(site.symbol) },
      })),
    partialFingerprints: { 'sutureFindingId/v1': finding.id },
    rank: Math.round(risk.score * 10) / 10,
    properties: {
      purl: component.purl,
      scope: component.scope,
      reachability: reachability.status,
      vex: finding.vex.status,
      band: risk.band,
      deadline: risk.deadline.due ?? null,
      fixedIn: finding.fixedIn,
    },
    ...(suppression === undefined
      ? {}
      : {
          suppressions: [
            { kind: 'external', status: 'accepted', justification: neutralise(suppression.reason) },
          ],
        }),
  };
}

/** SARIF wants a region of at least a line; a lockfile as a whole is its first. */
function location(file: string, line = 1, column?: number): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: encodeURI(file), uriBaseId: '%SRCROOT%' },
      region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
    },
  };
}
