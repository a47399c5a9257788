import type { Finding } from '../domain/finding.ts';
import type { Problem } from '../domain/problem.ts';
import type { PatchReport, ScanReport } from '../domain/report.ts';

/** 0 nothing to do, 1 findings or patches at or above the gate, 2 errors. */
export type ExitCode = 0 | 1 | 2;

export const GATES = ['act', 'attend', 'any', 'fixable'] as const;
export type Gate = (typeof GATES)[number];

/** A part that was not looked at outweighs findings: an incomplete scan must not look clean. */
export function scanExitCode(report: ScanReport, gate: Gate): ExitCode {
  if (incomplete(report.problems)) return 2;
  const findings = report.assets.flatMap((asset) => asset.findings);
  return findings.some((finding) => trips(finding, gate)) ? 1 : 0;
}

/** 1 when there is something for a person: a change to take, or a finding that stays. */
export function patchExitCode(report: PatchReport): ExitCode {
  if (incomplete(report.problems)) return 2;
  return report.changes.length > 0 || report.unfixed.length > 0 ? 1 : 0;
}

function trips(finding: Finding, gate: Gate): boolean {
  if (finding.suppression !== undefined) return false;
  switch (gate) {
    case 'act':
      return finding.risk.band === 'act';
    case 'attend':
      return finding.risk.band !== 'track';
    case 'fixable':
      return finding.fixedIn.length > 0;
    case 'any':
      return true;
  }
}

function incomplete(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}
