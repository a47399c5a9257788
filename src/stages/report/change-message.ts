import type { VerifiedChange } from '../../domain/change.ts';
import type { Finding } from '../../domain/finding.ts';
import { neutralise } from '../../domain/neutralise.ts';
import type { Remedy, UnfixedFinding } from '../../domain/remedy.ts';
import { clip, count, wrap } from './layout.ts';
import { code, md, table } from './markdown-text.ts';

const SUBJECT_WIDTH = 72;

/** Commit message of a change: what moves, which ids it closes, how it was proven, its way back. */
export function commitMessage(change: VerifiedChange, findings: readonly Finding[]): string {
  const closed = closedBy(change, findings);
  const partly = findings.filter(({ id }) => change.partly?.includes(id));
  const subject = clip(neutralise(`[security] ${subjectOf(change)}`), SUBJECT_WIDTH);
  const body = [
    ...change.remedies.flatMap((remedy) => wrapItem(`${remedyText(remedy)}: ${reasonOf(remedy)}`)),
    '',
    ...(closed.length === 0 ? [] : wrapText(`Closes ${idsOf(closed)}.`)),
    ...(partly.length === 0
      ? []
      : wrapText(`Ends in ${change.lockfile} only, not in other lockfiles: ${idsOf(partly)}.`)),
    '',
    ...wrapText(
      `Verified: ${change.verification.verdict}, confidence ${change.confidence.value.toFixed(2)}. ${change.verification.because}`,
    ),
    ...wrapText('To undo: git revert this commit and reinstall.'),
    '',
    `Suture-Change: ${change.id}`,
  ];
  return `${subject}\n\n${body.join('\n')}\n`;
}

/** Pull-request body of a change: everything a reviewer asks for, in the order they ask. */
export function pullRequestBody(
  change: VerifiedChange,
  findings: readonly Finding[],
  unfixed: readonly UnfixedFinding[],
): string {
  const { verification, confidence } = change;
  const [low, high] = confidence.interval;
  return [
    `### ${md(subjectOf(change))}`,
    '',
    ...table(
      ['Package', 'From', 'To', 'How', 'Why this way'],
      change.remedies.map((remedy) => [
        code(remedy.package),
        code(remedy.from),
        remedy.to === undefined ? 'removed' : code(remedy.to),
        remedy.kind,
        md(remedy.because),
      ]),
    ),
    '',
    '#### Closes',
    '',
    ...table(
      ['Risk', 'Package', 'Advisory', 'Why it is reachable', 'Threat', 'Due'],
      closedBy(change, findings).map((finding) => [
        `${Math.round(finding.risk.score)} ${finding.risk.band}`,
        code(`${finding.component.name}@${finding.component.version}`),
        `${md(idOf(finding.advisory))} ${md(finding.advisory.summary)}`,
        `${finding.reachability.status}: ${md(finding.reachability.because)}`,
        threatText(finding),
        finding.risk.deadline.due ?? '',
      ]),
    ),
    '',
    '#### Evidence',
    '',
    `**${verification.verdict}**, confidence ${confidence.value.toFixed(2)} (90 % interval ${low.toFixed(2)}–${high.toFixed(2)}, model ${md(confidence.model)}). ${md(verification.because)}`,
    '',
    ...evidenceLines(change),
    '',
    ...(change.signs.length === 0
      ? []
      : [
          '#### Predicted risk of breakage',
          '',
          ...change.signs.map((s) => `- ${code(s.package)} ${md(s.message)}`),
          '',
        ]),
    ...(unfixed.length === 0
      ? []
      : [
          '#### What remains',
          '',
          ...unfixed.map(({ finding: id, why, needed }) => {
            const finding = findings.find((candidate) => candidate.id === id);
            const name =
              finding === undefined
                ? id
                : `${finding.component.name}@${finding.component.version} ${idOf(finding.advisory)}`;
            return `- ${code(name)}: ${md(why)} ${md(needed)}`;
          }),
          '',
        ]),
    '#### To undo',
    '',
    'Revert the commit and reinstall; nothing else was changed.',
  ].join('\n');
}

function evidenceLines({ verification, evidence }: VerifiedChange): string[] {
  const passed = Object.values(verification.patched.tests).filter((o) => o === 'passed').length;
  const { share, packages } = verification.testsReachChange;
  const loaded = packages.filter((p) => p.loaded).length;
  return [
    `- Tests: ${count(passed, 'test')} passed on the patched copy (${md(verification.patched.runner)}), ${count(verification.regressions.length, 'regression')} against the unpatched baseline`,
    ...verification.exploits.map(
      ({ name, before, after }) => `- Exploit ${code(name)}: ${before} before, ${after} after`,
    ),
    `- Rescan: ${count(verification.rescan.closed.length, 'finding')} gone, ${count(verification.rescan.introduced.length, 'new one')}`,
    ...(share === undefined
      ? []
      : [`- The tests load ${loaded} of ${packages.length} changed packages`]),
    ...verification.flaky.map((name) => `- Flaky before the change, not counted: ${code(name)}`),
    ...verification.gaps.map((gap) => `- Not checked: ${md(gap)}`),
    ...(evidence === undefined
      ? []
      : [
          '- Signed statement: check it with `suture verify`, run it again with `suture verify --replay`',
        ]),
  ];
}

/** `Upgrade lodash to 4.17.21 and 3 more` */
function subjectOf({ remedies }: Pick<VerifiedChange, 'remedies'>): string {
  const [first] = remedies;
  if (first === undefined) return 'Nothing to change';
  const rest = remedies.length - 1;
  const more = rest === 0 ? '' : ` and ${rest} more`;
  if (first.retires) return `Drop the override of ${first.package}${more}`;
  if (first.to === undefined) return `Remove unused ${first.package}${more}`;
  const verb = first.kind === 'override' ? 'Override' : 'Upgrade';
  return `${verb} ${first.package} to ${first.to}${more}`;
}

/** `lodash 4.17.11 → 4.17.21 (upgrade)` */
function remedyText({ kind, package: name, from, to, selector }: Remedy): string {
  const scope = selector ? ` in ${selector}` : '';
  return `${name} ${from} → ${to ?? 'removed'} (${kind}${scope})`;
}

/** Why this way, without the list of what was not done: a commit message says what is. */
function reasonOf({ because }: Remedy): string {
  return because.split('; not ')[0] ?? because;
}

/** The id people search for: the CVE where there is one, with the primary id. */
function idOf({ id, aliases }: Finding['advisory']): string {
  const cve = aliases.find((alias) => alias.startsWith('CVE-'));
  return cve === undefined ? id : `${id} (${cve})`;
}

function idsOf(findings: readonly Finding[]): string {
  return [...new Set(findings.map(({ advisory }) => idOf(advisory)))].join(', ');
}

function threatText({ advisory: { threat } }: Finding): string {
  const parts = [
    threat.kev === undefined ? '' : 'known exploited',
    threat.epss === undefined ? '' : `EPSS percentile ${Math.round(threat.epss.percentile * 100)}`,
    threat.publicExploits ? count(threat.publicExploits, 'public exploit') : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'none known' : parts.join(', ');
}

function closedBy(change: VerifiedChange, findings: readonly Finding[]): readonly Finding[] {
  const ids = new Set(change.closes);
  return findings.filter(({ id }) => ids.has(id));
}

function wrapText(text: string): string[] {
  return wrap(neutralise(text), SUBJECT_WIDTH);
}

function wrapItem(text: string): string[] {
  return wrap(neutralise(text), SUBJECT_WIDTH - 2).map((line, i) =>
    i === 0 ? `- ${line}` : `  ${line}`,
  );
}
