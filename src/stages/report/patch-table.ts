import type { VerifiedChange } from '../../domain/change.ts';
import type { Finding } from '../../domain/finding.ts';
import { neutralise } from '../../domain/neutralise.ts';
import type { PatchReport } from '../../domain/report.ts';
import { remedyText } from './change-message.ts';
import { type Appearance, clip, count, type Style, styles, wrap } from './layout.ts';
import { problemLines } from './problems.ts';

/** What was patched, how it was proven, and what stays, for a person at a terminal. */
export function writePatchTable(report: PatchReport, appearance: Appearance): string {
  const style = styles(appearance.colour);
  const closed = new Set(report.changes.filter((c) => c.accepted).flatMap((c) => c.closes));
  const open = report.findings.filter(({ suppression }) => suppression === undefined);
  return [
    `${style.bold(neutralise(report.asset.name))}: ${count(open.length, 'finding')}, ${style.bold(style.green(`${closed.size} closed`))}, ${count(report.unfixed.length, 'left', 'left')}`,
    '',
    ...report.changes.flatMap((change) => changeLines(change, report.findings, appearance, style)),
    ...unfixedLines(report, appearance, style),
    ...handOverLines(report, style),
    ...problemLines(report.problems, appearance, style),
  ].join('\n');
}

const VERDICTS = { proven: 'green', failed: 'red', inconclusive: 'yellow' } as const;

function changeLines(
  change: VerifiedChange,
  findings: readonly Finding[],
  { width }: Appearance,
  style: Style,
): string[] {
  const { verification, confidence } = change;
  const [low, high] = confidence.interval;
  const verdict = style[VERDICTS[verification.verdict]](verification.verdict.toUpperCase());
  const item = (text: string, indent = 4) =>
    wrap(neutralise(text), width - indent - 2).map(
      (line, i) => `${' '.repeat(indent)}${i === 0 ? '' : '  '}${line}`,
    );
  return [
    `${style.bold('CHANGE')} ${change.id.slice(0, 10)} ${style.dim(change.lockfile)}`,
    ...change.remedies.flatMap((remedy) => [
      ...item(remedyText(remedy), 2).map((line) => style.bold(line)),
      ...item(`closes ${idsClosed(remedy.closes, findings)}`).map(style.dim),
      ...item(remedy.because).map(style.dim),
    ]),
    `  ${style.bold(verdict)} confidence ${confidence.value.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`,
    ...item(verification.because),
    ...proofLines(change).flatMap((line) => item(line)),
    ...change.signs
      .flatMap((sign) => item(`predicted: ${sign.package}: ${sign.message}`))
      .map(style.dim),
    ...(change.abstained === undefined
      ? []
      : item(`Suture abstains: ${change.abstained}`).map(style.yellow)),
    ...(change.evidence === undefined ? [] : item(`evidence: ${change.evidence}`).map(style.dim)),
    '',
  ];
}

function idsClosed(ids: readonly string[], findings: readonly Finding[]): string {
  const advisories = findings
    .filter(({ id }) => ids.includes(id))
    .map(({ advisory }) => advisory.id);
  return [...new Set(advisories)].join(', ') || 'nothing by itself';
}

function proofLines({ verification }: VerifiedChange): string[] {
  const passed = (tests: Readonly<Record<string, string>>) =>
    Object.values(tests).filter((outcome) => outcome === 'passed').length;
  const before = verification.baseline.map(({ tests }) => passed(tests)).join(' and ');
  const { packages } = verification.testsReachChange;
  return [
    `tests (${verification.patched.runner}): ${before} passed before, ${passed(verification.patched.tests)} after; ${count(verification.regressions.length, 'regression')}`,
    ...verification.regressions
      .slice(0, 5)
      .map(({ name, message }) => `regression: ${name}: ${message}`),
    ...verification.exploits.map(
      ({ name, before: b, after }) => `exploit ${name}: ${b} before, ${after} after`,
    ),
    `rescan: ${verification.rescan.closed.length} gone, ${verification.rescan.remaining.length} remain, ${verification.rescan.introduced.length} new`,
    ...(packages.length === 0
      ? []
      : [
          `tests load ${packages.filter(({ loaded }) => loaded).length} of ${packages.length} changed packages`,
        ]),
    ...(verification.flaky.length === 0
      ? []
      : [`${count(verification.flaky.length, 'flaky test')} not counted`]),
    ...verification.gaps.map((gap) => `not checked: ${gap}`),
  ];
}

function unfixedLines(report: PatchReport, { width }: Appearance, style: Style): string[] {
  if (report.unfixed.length === 0) return [];
  return [
    style.bold('LEFT'),
    ...report.unfixed.flatMap(({ finding: id, why, needed, options }) => {
      const finding = report.findings.find((candidate) => candidate.id === id);
      const name =
        finding === undefined
          ? id
          : `${finding.component.name} ${finding.component.version} ${finding.advisory.id}`;
      const detail = (text: string) =>
        wrap(neutralise(text), width - 4).map((line) => `    ${line}`);
      return [
        `  ${clip(neutralise(name), width - 2)}`,
        ...detail(why),
        ...detail(`needed: ${needed}`).map(style.dim),
        ...options.flatMap(({ kind, package: target, to, why: reason }) =>
          detail(`not taken: ${kind} ${target}${to === undefined ? '' : ` ${to}`}: ${reason}`).map(
            style.dim,
          ),
        ),
      ];
    }),
    '',
  ];
}

function handOverLines(report: PatchReport, style: Style): string[] {
  if (report.branch === undefined) return [];
  return [
    `${style.bold('BRANCH')} ${style.green(report.branch)}`,
    style.dim(`  look at it: git log -p HEAD..${report.branch}`),
    style.dim(`  take it:    git merge ${report.branch}`),
    style.dim(`  undo it:    git branch -D ${report.branch}`),
    '',
  ];
}
