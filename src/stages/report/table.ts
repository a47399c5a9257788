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
    ...report.assets.flatMap((asset) => assetLines(asset, appearance, style)),
    ...problemLines(report.problems, appearance, style),
  ].join('\n');
}

const BANDS: readonly { readonly band: Band; readonly title: string; readonly what: string }[] = [
  { band: 'act', title: 'ACT', what: 'fix now' },
  { band: 'attend', title: 'ATTEND', what: 'fix soon' },
  { band: 'track', title: 'TRACK', what: 'fix with the next upgrade' },
];

function assetLines(asset: ScannedAsset, { width }: Appearance, style: Style): string[] {
  const open = asset.findings.filter(({ suppression }) => suppression === undefined);
  const suppressed = asset.findings.filter(({ suppression }) => suppression !== undefined);
  const matters = open.filter(({ risk }) => risk.band !== 'track').length;
  const summary =
    open.length === 0
      ? style.green(`no known vulnerability in ${count(asset.components.length, 'component')}`)
      : `${count(open.length, 'finding')} in ${count(asset.components.length, 'component')}, ${style.bold(`${matters} that matter${matters === 1 ? 's' : ''}`)}`;
  const lines = [
    `${style.bold(neutralise(asset.name))}: ${summary}`,
    ...wrap(contextLine(asset.context), width - 2).map((line) => style.dim(`  ${line}`)),
    '',
  ];
  for (const { band, title, what } of BANDS) {
    const members = open.filter(({ risk }) => risk.band === band);
    if (members.length === 0) continue;
    const paint = bandStyle(band, style);
    lines.push(
      `${paint(style.bold(title))} ${style.dim(`${what} · ${count(members.length, 'finding')}`)}`,
    );
    for (const finding of members) {
      lines.push(
        ...(band === 'track'
          ? [briefLine(finding, width, style)]
          : fullLines(finding, width, style, paint)),
      );
    }
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

function fullLines(
  finding: Finding,
  width: number,
  style: Style,
  paint: (text: string) => string,
): string[] {
  const { advisory, risk, reachability, severity, component } = finding;
  const indent = ' '.repeat(6);
  const head = `${neutralise(nameOf(finding))}  ${neutralise(advisory.id)}`;
  const summary = neutralise(advisory.summary);
  // On a narrow terminal the title goes to a line of its own rather than being cut to nothing.
  const beside = width - 8 - head.length >= Math.min(30, summary.length);
  const detail = (text: string) =>
    wrap(neutralise(text), width - indent.length).map((line) => indent + line);
  return [
    `${paint(style.bold(scoreOf(finding)))}   ${style.bold(clip(head, width - 6))}${beside ? `  ${clip(summary, width - 8 - head.length)}` : ''}`,
    ...(beside ? [] : detail(summary)),
    ...detail(`${REACHABILITY[reachability.status]}: ${reachability.because}`),
    ...detail(
      [
        severity.score === undefined
          ? severity.label
          : `${severity.label} (CVSS ${severity.score})`,
        component.direct ? 'direct' : `via ${component.paths[0]?.[0] ?? 'unknown'}`,
        component.scope,
        finding.fixedIn[0] === undefined
          ? 'no fixed version known'
          : `fixed in ${finding.fixedIn[0]}`,
        ...(finding.advisory.threat.kev === undefined ? [] : ['known exploited']),
      ].join(' · '),
    ).map(style.dim),
    ...detail(
      `${risk.deadline.due === undefined ? 'no deadline' : `due ${risk.deadline.due}`} (${risk.deadline.rule})`,
    ).map(style.dim),
  ];
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
