import type { VerifiedChange } from '../../domain/change.ts';
import type { PatchReport } from '../../domain/report.ts';

/**
 * `patch --format json`, version 1; schema: docs/schemas/patch-1.schema.json. Fields may be added,
 * never changed.
 */
export function writePatchJson(report: PatchReport): string {
  return JSON.stringify(patchDocument(report), null, 2);
}

export function patchDocument(report: PatchReport) {
  const { id, kind, name, context } = report.asset;
  return {
    schemaVersion: 1,
    tool: report.tool,
    generatedAt: report.generatedAt,
    asset: { id, kind, name, context },
    branch: report.branch ?? null,
    changes: report.changes.map(changeDocument),
    unfixed: report.unfixed,
    fell: report.fell,
    problems: report.problems,
  };
}

function changeDocument(change: VerifiedChange) {
  const { verification } = change;
  return {
    id: change.id,
    branch: change.branch ?? null,
    commit: change.commit ?? null,
    lockfile: change.lockfile,
    accepted: change.accepted,
    abstained: change.abstained ?? null,
    remedies: change.remedies.map((remedy) => ({
      kind: remedy.kind,
      component: remedy.package,
      from: remedy.from,
      to: remedy.to ?? null,
      files: change.files,
      selector: remedy.selector ?? null,
      because: remedy.because,
      closes: remedy.closes,
      retires: remedy.retires ?? false,
    })),
    closes: change.closes,
    partly: change.partly ?? [],
    introduces: verification.rescan.introduced,
    riskRemoved: change.riskRemoved,
    signs: change.signs,
    verification: {
      verdict: verification.verdict,
      because: verification.because,
      baseline: verification.baseline,
      patched: verification.patched,
      flaky: verification.flaky,
      failingBefore: verification.failingBefore,
      regressions: verification.regressions,
      rescan: verification.rescan,
      exploits: verification.exploits,
      testsReachChange: verification.testsReachChange,
      gaps: verification.gaps,
    },
    confidence: change.confidence,
    evidence: change.evidence ?? null,
  };
}
