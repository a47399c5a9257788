import type { PatchReport } from '../../domain/report.ts';
import { pullRequestBody } from './change-message.ts';
import { code, md } from './markdown-text.ts';

/** The report as pull-request bodies, one section per change; what is left comes with the last. */
export function writePatchMarkdown(report: PatchReport): string {
  const last = report.changes.length - 1;
  const sections = report.changes.map((change, i) => [
    ...(change.abstained === undefined
      ? []
      : [`> **Suture abstains:** ${md(change.abstained)}`, '']),
    pullRequestBody(change, report.findings, i === last ? report.unfixed : []),
  ]);
  const left =
    last >= 0
      ? []
      : report.unfixed.map(({ finding: id, why, needed }) => {
          const finding = report.findings.find((candidate) => candidate.id === id);
          const name =
            finding === undefined
              ? id
              : `${finding.component.name}@${finding.component.version} ${finding.advisory.id}`;
          return `- ${code(name)}: ${md(why)} ${md(needed)}`;
        });
  return [
    `## ${md(report.asset.name)}`,
    '',
    ...(report.branch === undefined ? [] : [`Branch ${code(report.branch)}.`, '']),
    ...sections.flatMap((section) => [...section, '']),
    ...(left.length === 0 ? [] : ['#### What remains', '', ...left, '']),
  ].join('\n');
}
