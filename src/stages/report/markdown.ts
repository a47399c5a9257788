import type { Finding } from '../../domain/finding.ts';
import type { ScannedAsset, ScanReport } from '../../domain/report.ts';
import { count } from './layout.ts';
import { code, md, table } from './markdown-text.ts';
import { placeOf } from './problems.ts';

/** The report for a wiki, an issue or a job summary. */
export function writeMarkdown(report: ScanReport): string {
  const lines = report.assets.flatMap(assetSection);
  if (report.problems.length > 0) {
    lines.push('## Problems', '');
    for (const problem of report.problems) {
      lines.push(`- **${problem.severity}** ${md(placeOf(problem) + problem.message)}`);
    }
    lines.push('');
  }
  const feeds = report.feeds.map(({ name, asOf }) => `${name} as of ${asOf.slice(0, 10)}`);
  lines.push(
    `<sub>${md(`Suture ${report.tool.version}; ${feeds.join(', ') || 'no feeds'}`)}</sub>`,
  );
  return lines.join('\n');
}

function assetSection(asset: ScannedAsset): string[] {
  const open = asset.findings.filter(({ suppression }) => suppression === undefined);
  const matters = open.filter(({ risk }) => risk.band !== 'track');
  const rest = open.filter(({ risk }) => risk.band === 'track');
  const suppressed = asset.findings.filter(({ suppression }) => suppression !== undefined);
  return [
    `## ${md(asset.name)}`,
    '',
    `${count(open.length, 'finding')} in ${count(asset.components.length, 'component')}; **${count(matters.length, 'matters', 'matter')}**.`,
    '',
    ...(matters.length === 0 ? [] : [...findingTable(matters), '']),
    ...(rest.length === 0
      ? []
      : [
          `<details><summary>${count(rest.length, 'finding')} to track</summary>`,
          '',
          ...findingTable(rest),
          '',
          '</details>',
          '',
        ]),
    ...(suppressed.length === 0
      ? []
      : [
          `${count(suppressed.length, 'finding')} ignored by configuration:`,
          '',
          ...suppressed.map(
            ({ component, advisory, suppression }) =>
              `- ${code(`${component.name}@${component.version}`)} ${md(advisory.id)} until ${md(suppression?.expires ?? '')}: ${md(suppression?.reason ?? '')}`,
          ),
          '',
        ]),
  ];
}

function findingTable(findings: readonly Finding[]): string[] {
  return table(
    ['Risk', 'Package', 'Advisory', 'Reachable', 'Fixed in', 'Due'],
    findings.map(({ component, advisory, risk, reachability, fixedIn }) => [
      `${Math.round(risk.score)} ${risk.band}`,
      code(`${component.name}@${component.version}`),
      `${md(advisory.id)} ${md(advisory.summary)}`,
      `${reachability.status}: ${md(reachability.because)}`,
      fixedIn[0] === undefined ? 'unknown' : code(fixedIn[0]),
      risk.deadline.due ?? '',
    ]),
  );
}
