import type { scanDocument } from '../../../src/stages/report/json.ts';
import type { patchDocument } from '../../../src/stages/report/patch-json.ts';

type ScanDocument = ReturnType<typeof scanDocument>;
type PatchDocument = ReturnType<typeof patchDocument>;
type Change = PatchDocument['changes'][number];

/** What the campaign says of one application. */
export interface Summary {
  readonly components: number;
  readonly bands: Readonly<Record<'act' | 'attend' | 'track', number>>;
  readonly scanSeconds: number;
  readonly patchSeconds: number;
  readonly patchExitCode: number | null;
  readonly problems: readonly string[];
  readonly changes: readonly ChangeSummary[];
  readonly closed: number;
  /** Reasons of what stays, most frequent first. */
  readonly left: readonly { readonly why: string; readonly findings: number }[];
}

interface ChangeSummary {
  readonly outcome: 'branch' | 'abstained';
  readonly verdict: string;
  readonly because: string;
  readonly confidence: number;
  readonly remedies: Readonly<Record<string, number>>;
  readonly closes: number;
  readonly riskRemoved: number;
  readonly runner: string;
  /** Passed of all, in the first run of the unpatched copy and in the patched one. */
  readonly before: string;
  readonly after: string;
  readonly flaky: number;
  readonly gaps: readonly string[];
}

export function summaryOf(
  scan: { readonly document: unknown; readonly seconds: number },
  patch: { readonly document: unknown; readonly seconds: number; readonly exitCode: number | null },
): Summary {
  const asset = (scan.document as ScanDocument | undefined)?.assets[0];
  const findings = asset?.findings ?? [];
  const patched = patch.document as PatchDocument | undefined;
  const bands = { act: 0, attend: 0, track: 0 };
  for (const { risk } of findings) bands[risk.band] += 1;
  const changes = patched?.changes ?? [];
  const closed = new Set(changes.filter(({ branch }) => branch).flatMap(({ closes }) => closes));
  const reasons = Map.groupBy(patched?.unfixed ?? [], ({ why }) => why);
  return {
    components: asset?.components ?? 0,
    bands,
    scanSeconds: scan.seconds,
    patchSeconds: patch.seconds,
    patchExitCode: patch.exitCode,
    problems: (patched?.problems ?? []).map(({ file, message }) => `${file}: ${message}`),
    changes: changes.map(changeSummary),
    closed: closed.size,
    left: [...reasons]
      .map(([why, unfixed]) => ({ why, findings: unfixed.length }))
      .toSorted((a, b) => b.findings - a.findings),
  };
}

function changeSummary(change: Change): ChangeSummary {
  const { verification } = change;
  const kinds = Map.groupBy(change.remedies, ({ kind }) => kind);
  return {
    outcome: change.branch === null ? 'abstained' : 'branch',
    verdict: verification.verdict,
    because: verification.because,
    confidence: change.confidence.value,
    remedies: Object.fromEntries([...kinds].map(([kind, list]) => [kind, list.length])),
    closes: change.closes.length,
    riskRemoved: change.riskRemoved,
    runner: verification.patched.runner,
    before: passedOf(verification.baseline[0]?.tests),
    after: passedOf(verification.patched.tests),
    flaky: verification.flaky.length,
    gaps: verification.gaps,
  };
}

function passedOf(tests: Readonly<Record<string, string>> | undefined): string {
  const outcomes = Object.values(tests ?? {});
  return `${outcomes.filter((outcome) => outcome === 'passed').length}/${outcomes.length}`;
}
