import type { VerifiedChange } from '../../domain/change.ts';
import type { Finding } from '../../domain/finding.ts';
import { neutralise } from '../../domain/neutralise.ts';
import type { RejectedOption, Remedy, UnfixedFinding } from '../../domain/remedy.ts';
import type { PatchReport } from '../../domain/report.ts';
import type { Verification } from '../../domain/verification.ts';
import { type Appearance, clip, count, type Style, styles, wrap } from './layout.ts';
import { problemLines } from './problems.ts';

/** What was patched, how it was proven, and what stays, for a person at a terminal. */
export function writePatchTable(report: PatchReport, appearance: Appearance): string {
  const style = styles(appearance.colour);
  const closed = new Set(report.changes.filter((c) => c.accepted).flatMap((c) => c.closes));
  const open = report.findings.filter(({ suppression }) => suppression === undefined);
  const page: Page = { width: appearance.width, style, findings: report.findings };
  return [
    `${style.bold(neutralise(report.asset.name))}: ${count(open.length, 'finding')}, ${style.bold(style.green(`${closed.size} closed`))}, ${open.length - closed.size} left`,
    '',
    ...report.changes.flatMap((change) => changeLines(change, page)),
    ...fellLines(report.fell, page),
    ...unfixedLines(report.unfixed, page),
    ...handOverLines(report, style),
    ...problemLines(report.problems, appearance, style),
  ].join('\n');
}

interface Page {
  readonly width: number;
  readonly style: Style;
  readonly findings: readonly Finding[];
}

const VERDICTS = { proven: 'green', failed: 'red', inconclusive: 'yellow' } as const;
/** Not-taken options, regressions and the like: more of them are in the other formats. */
const SHOWN = 3;

function changeLines(change: VerifiedChange, page: Page): string[] {
  const { verification, confidence, remedies } = change;
  const { style } = page;
  const [low, high] = confidence.interval;
  const verdict = style[VERDICTS[verification.verdict]](verification.verdict.toUpperCase());
  const what = `${count(remedies.length, 'remedy', 'remedies')}, ${count(change.closes.length, 'finding')}`;
  return [
    `${style.bold('CHANGE')} ${what} ${style.dim(neutralise(`${change.lockfile} · ${change.id.slice(0, 10)}`))}`,
    ...remedyLines(remedies, page),
    `  ${style.bold(verdict)} confidence ${confidence.value.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`,
    ...item(verification.because, page),
    ...proofLines(verification).flatMap((line) => item(line, page)),
    ...gapLines(change)
      .flatMap((line) => item(line, page))
      .map(style.dim),
    ...(change.abstained === undefined
      ? []
      : item(`Suture abstains: ${change.abstained}`, page).map(style.yellow)),
    ...(change.evidence === undefined
      ? []
      : [`    ${style.dim(neutralise(`evidence: ${change.evidence}`))}`]),
    '',
  ];
}

/** A paragraph under a change; what continues is set in. */
function item(text: string, { width }: Page, indent = 4): string[] {
  return wrap(neutralise(text), width - indent - 2).map(
    (line, i) => `${' '.repeat(indent)}${i === 0 ? '' : '  '}${line}`,
  );
}

/** A line each, in columns: package, step, kind, how many findings it closes, and why this way. */
function remedyLines(remedies: readonly Remedy[], { width, style }: Page): string[] {
  const rows = remedies.map((remedy) => ({
    name: neutralise(remedy.package),
    step: neutralise(`${remedy.from} → ${remedy.to ?? 'removed'}`),
    kind: remedy.kind,
    closes: String(remedy.closes.length),
    why: neutralise(remedy.because),
  }));
  const widest = (column: 'name' | 'step' | 'kind') =>
    Math.min(28, Math.max(...rows.map((row) => row[column].length)));
  const [name, step, kind] = [widest('name'), widest('step'), widest('kind')];
  return rows.map((row) => {
    const head = `  ${clip(row.name, name).padEnd(name)}  ${clip(row.step, step).padEnd(step)}  ${row.kind.padEnd(kind)}  closes ${row.closes.padStart(2)}`;
    const room = width - head.length - 2;
    return room < 20 ? clip(head, width) : `${style.bold(head)}  ${style.dim(clip(row.why, room))}`;
  });
}

function proofLines(verification: Verification): string[] {
  const { rescan, exploits, regressions, flaky, testsReachChange } = verification;
  const { packages } = testsReachChange;
  const stopped = exploits.filter(
    ({ before, after }) => before === 'succeeds' && after === 'fails',
  );
  const reach =
    packages.length === 0
      ? ''
      : `; the tests load ${packages.filter(({ loaded }) => loaded).length} of ${packages.length} changed packages`;
  return [
    ...regressions.slice(0, SHOWN).map(({ name, message }) => `regression: ${name}: ${message}`),
    ...(stopped.length === 0
      ? []
      : [
          `exploits that worked before and fail now: ${stopped.map(({ name }) => name).join(', ')}`,
        ]),
    `rescan: ${rescan.closed.length} gone, ${rescan.introduced.length} new${reach}`,
    ...(flaky.length === 0 ? [] : [`${count(flaky.length, 'flaky test')} not counted`]),
  ];
}

function gapLines({ signs, verification }: VerifiedChange): string[] {
  const predicted = signs.filter(({ kind }) => kind !== 'major');
  const gaps = verification.gaps.filter((gap) => !gap.startsWith('the tests do not load'));
  return [
    ...predicted.slice(0, SHOWN).map(({ message }) => `predicted: ${message}`),
    ...gaps.slice(0, SHOWN).map((gap) => `not checked: ${gap}`),
  ];
}

function fellLines(fell: readonly RejectedOption[], page: Page): string[] {
  if (fell.length === 0) return [];
  return [
    page.style.bold('TRIED, AND FELL'),
    ...fell.flatMap((option) => item(`${optionText(option)}: ${option.why}`, page, 2)),
    '',
  ];
}

/** What stays, told once for all findings that stay for the same reason. */
function unfixedLines(unfixed: readonly UnfixedFinding[], page: Page): string[] {
  if (unfixed.length === 0) return [];
  const { style, width, findings } = page;
  const groups = Map.groupBy(unfixed, ({ finding: id, why }) => {
    const finding = findings.find((candidate) => candidate.id === id);
    return `${finding?.component.name} ${finding?.component.version}\0${why}`;
  });
  return [
    style.bold('LEFT'),
    ...[...groups.values()].flatMap((group) => {
      const [first] = group;
      const members = group.flatMap(({ finding: id }) => findings.filter((f) => f.id === id));
      const [finding] = members;
      if (first === undefined || finding === undefined) return [];
      const { name, version } = finding.component;
      const ids = members.map(({ advisory }) => advisory.id).join(', ');
      const options = first.options.slice(0, SHOWN);
      const more = first.options.length - options.length;
      return [
        `  ${clip(neutralise(`${name} ${version}  ${ids}`), width - 2)}`,
        ...item(first.why, page),
        ...item(`needed: ${first.needed}`, page).map(style.dim),
        ...options
          .flatMap((option) => item(`not taken: ${optionText(option)}: ${option.why}`, page))
          .map(style.dim),
        ...(more === 0 ? [] : [style.dim(`    … and ${more} more, see --format json`)]),
      ];
    }),
    '',
  ];
}

function optionText({ kind, package: name, to }: RejectedOption): string {
  return `${kind} ${name}${to === undefined ? '' : ` ${to}`}`;
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
