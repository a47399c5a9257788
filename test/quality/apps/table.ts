import type { Application } from './applications.ts';
import type { Summary } from './summary.ts';

export const HEADER =
  '| application | packages | findings (act/attend/track) | closed | change: verdict, confidence | remedies | tests before → after | seconds scan, patch |\n|---|---|---|---|---|---|---|---|';

/** One application as rows of a Markdown table: one per change. */
export function tableRows(application: Application, summary: Summary): string {
  const { bands, changes } = summary;
  const total = bands.act + bands.attend + bands.track;
  const own = [
    `${application.name} ${application.version}`,
    summary.components,
    `${total} (${bands.act}/${bands.attend}/${bands.track})`,
    summary.closed,
  ];
  const seconds = `${summary.scanSeconds.toFixed(1)}, ${summary.patchSeconds.toFixed(0)}`;
  if (changes.length === 0) {
    return row([...own, `none (exit code ${summary.patchExitCode})`, '', '', seconds]);
  }
  return changes
    .map((change, place) => {
      const remedies = Object.entries(change.remedies).map(([kind, count]) => `${count} ${kind}`);
      return row([
        ...(place === 0 ? own : ['', '', '', '']),
        `${change.outcome}: ${change.verdict}, ${change.confidence.toFixed(2)}, closes ${change.closes}`,
        remedies.join(', '),
        `${change.before} → ${change.after} ${change.runner}`,
        place === 0 ? seconds : '',
      ]);
    })
    .join('\n');
}

/** What stays and why, for a person. */
export function reasons(summary: Summary): string {
  return [
    ...summary.changes.map(({ because, gaps }) => `  ${because} ${gaps.join('; ')}`),
    ...summary.left.map(({ why, findings }) => `  ${String(findings).padStart(4)} stay: ${why}`),
    ...summary.problems.map((problem) => `  problem: ${problem}`),
  ].join('\n');
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}
