import { findingDocument } from '../../domain/finding-document.ts';
import type { ScanReport } from '../../domain/report.ts';

/**
 * `scan --format json`, version 1; schema: docs/schemas/scan-1.schema.json. Fields may be added,
 * never changed. Text from advisories and packages is data here, escaped by JSON alone.
 */
export function writeJson(report: ScanReport): string {
  return JSON.stringify(scanDocument(report), null, 2);
}

export function scanDocument(report: ScanReport) {
  return {
    schemaVersion: 1,
    tool: report.tool,
    generatedAt: report.generatedAt,
    feeds: report.feeds,
    assets: report.assets.map(({ components, findings, ...asset }) => ({
      id: asset.id,
      kind: asset.kind,
      name: asset.name,
      context: asset.context,
      components: components.length,
      findings: findings.map(findingDocument),
    })),
    problems: report.problems,
  };
}
