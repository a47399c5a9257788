import type { AssetContext, ContextField } from '../../domain/context.ts';
import type { Finding } from '../../domain/finding.ts';
import { neutralise } from '../../domain/neutralise.ts';
import type { ScannedAsset, ScanReport } from '../../domain/report.ts';
import type { Band } from '../../domain/risk.ts';
import { type Appearance, clip, count, type Style, styles, wrap } from './layout.ts';
import { problemLines } from './problems.ts';

/**
 * The report for a person at a terminal: what matters in full and on top, everything else a line
 * each, so that nothing is hidden and nothing shouts.
 */
export function writeTable(report: ScanReport, appearance: Appearance): string {
  const style = styles(appearance.colour);
  return [
    ...report.assets.flatMap((asset) =>
      assetLines(asset, report.generatedAt.slice(0, 10), appearance, style),
    ),
    ...problemLines(report.problems, appearance, style),
  ].join('\n');
}

const BANDS: readonly { readonly band: Band; readonly title: string; readonly what: string }[] = [
  { band: 'act', title: 'ACT', what: 'fix now' },
  { band: 'attend', title: 'ATTEND', what: 'fix soon' },
  { band: 'track', title: 'TRACK', what: 'fix with the next upgrade' },
];

function assetLines(
  asset: ScannedAsset,
  today: string,
  { width }: Appearance,
  style: Style,
): string[] {
  const open = asset.findings.filter(({ suppression }) => suppression === undefined);
  const suppressed = asset.findings.filter(({ suppression }) => suppression !== undefined);
  const inBand = (band: Band) => open.filter(({ risk }) => risk.band === band);
  const summary =
    open.length === 0
      ? style.green(`no known vulnerability in ${count(asset.components.length, 'component')}`)
      : `${count(open.length, 'finding')} in ${count(asset.components.length, 'component')}: ` +
        `${style.bold(`${inBand('act').length} to act on`)}, ${inBand('attend').length} to attend to, ${inBand('track').length} to track`;
  const lines = [
    `${style.bold(neutralise(asset.name))}: ${summary}`,
    ...wrap(contextLine(asset.context), width - 2).map((line) => style.dim(`  ${line}`)),
    '',
  ];
  for (const { band, title, what } of BANDS) {
    const members = inBand(band);
    if (members.length === 0) continue;
    const paint = bandStyle(band, style);
    lines.push(
      `${paint(style.bold(title))} ${style.dim(`${what} · ${count(members.length, 'finding')}`)}`,
    );
    for (const finding of members)
      lines.push(...findingLines(finding, band, today, width, style, paint));
    lines.push('');
  }
  if (suppressed.length > 0) {
    lines.push(
      `${style.bold('IGNORED')} ${style.dim(`by configuration · ${count(suppressed.length, 'finding')}`)}`,
    );
    for (const finding of suppressed) {
      const { reason = '', expires = '', declaredIn = '' } = finding.suppression ?? {};
      const why = `until ${expires}, ${declaredIn}: ${reason}`;
      lines.push(
        `  ${clip(neutralise(`${nameOf(finding)} ${finding.advisory.id} ${why}`), width - 2)}`,
      );
    }
    lines.push('');
  }
  return lines;
}

function bandStyle(band: Band, style: Style): (text: string) => string {
  if (band === 'act') return style.red;
  return band === 'attend' ? style.yellow : style.cyan;
}

function nameOf({ component }: Finding): string {
  return `${component.name} ${component.version}`;
}

function scoreOf({ risk }: Finding): string {
  return String(Math.round(risk.score)).padStart(3);
}

/** The more it matters, the more is said: all of it, where and why, or one line. */
function findingLines(
  finding: Finding,
  band: Band,
  today: string,
  width: number,
  style: Style,
  paint: (text: string) => string,
): string[] {
  if (band === 'track') return [briefLine(finding, width, style)];
  const { reachability } = finding;
  const why = neutralise(`${REACHABILITY[reachability.status]}: ${reachability.because}`);
  const facts = factsOf(finding, today);
  const detail = (text: string) =>
    wrap(text, width - INDENT).map((line) => ' '.repeat(INDENT) + line);
  return [
    ...headLines(finding, width, style, paint),
    ...(band === 'act' ? detail(why) : [' '.repeat(INDENT) + clip(why, width - INDENT)]),
    ...(band === 'act' ? detail(facts.join(' · ')).map(style.dim) : []),
  ];
}

/** Columns that the score takes. */
const INDENT = 6;

function headLines(
  finding: Finding,
  width: number,
  style: Style,
  paint: (text: string) => string,
): string[] {
  const head = `${neutralise(nameOf(finding))}  ${neutralise(finding.advisory.id)}`;
  const summary = neutralise(finding.advisory.summary);
  const score = paint(style.bold(scoreOf(finding)));
  const room = width - INDENT - 2 - head.length;
  // On a narrow terminal the title goes to a line of its own rather than being cut to nothing.
  if (room >= Math.min(30, summary.length)) {
    return [`${score}   ${style.bold(head)}  ${clip(summary, room)}`];
  }
  return [
    `${score}   ${style.bold(clip(head, width - INDENT))}`,
    ...wrap(summary, width - INDENT).map((line) => ' '.repeat(INDENT) + line),
  ];
}

function factsOf(
  { severity, component, fixedIn, advisory, risk }: Finding,
  today: string,
): string[] {
  const { due, rule } = risk.deadline;
  return [
    severity.score === undefined ? severity.label : `${severity.label} (CVSS ${severity.score})`,
    ...(advisory.threat.kev === undefined ? [] : ['known exploited']),
    component.direct ? 'direct' : `via ${component.paths[0]?.[0] ?? 'unknown'}`,
    component.scope,
    fixedIn[0] === undefined ? 'no fixed version known' : `fixed in ${fixedIn[0]}`,
    due === undefined
      ? 'no deadline'
      : `${due < today ? 'overdue since' : 'due'} ${due} by ${rule.split(':')[0] ?? rule}`,
  ].map((fact) => neutralise(fact));
}

const REACHABILITY = {
  reachable: 'reachable',
  'not-reachable': 'not reachable',
  unknown: 'reachability unknown',
} as const;

function briefLine(finding: Finding, width: number, style: Style): string {
  const { advisory, reachability } = finding;
  const head = `${neutralise(nameOf(finding))}  ${neutralise(advisory.id)}`;
  const why = `${REACHABILITY[reachability.status]}${finding.component.scope === 'development' ? ', development only' : ''}: ${reachability.because}`;
  const text = clip(`${head}  ${neutralise(why)}`, width - 6);
  return `${style.dim(scoreOf(finding))}   ${text}`;
}

/** `production (declared), internet (inferred: Dockerfile:9 EXPOSE 8080), …` */
function contextLine(context: AssetContext): string {
  const say = (name: string, { value, source, because }: ContextField<unknown>) =>
    `${name}${String(value)} (${source === 'default' ? 'assumed' : `${source}: ${because}`})`;
  return neutralise(
    [
      say('', context.environment),
      say('exposure ', context.exposure),
      say('criticality ', context.criticality),
      say('data ', context.dataSensitivity),
    ].join(', '),
  );
}
