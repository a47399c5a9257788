import type { Finding } from '../../domain/finding.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { neutralise } from '../../domain/neutralise.ts';
import type { ScanReport } from '../../domain/report.ts';

/** OpenVEX 0.2.0: one statement per vulnerability and asset, with the purls it is about. */
export function writeOpenVex(report: ScanReport): string {
  const statements = report.assets.flatMap((asset) =>
    asset.findings.map((finding) => statement(finding, asset.id)),
  );
  const id = fingerprint([report.generatedAt, ...report.assets.map((asset) => asset.id)]);
  return JSON.stringify(
    {
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': `urn:suture:vex:${id}`,
      author: 'Suture',
      role: 'automated analysis',
      timestamp: report.generatedAt,
      version: 1,
      tooling: `${report.tool.name} ${report.tool.version}`,
      statements,
    },
    null,
    2,
  );
}

function statement(finding: Finding, asset: string) {
  const { advisory, component, vex, fixedIn } = finding;
  return {
    vulnerability: {
      name: advisory.id,
      aliases: advisory.aliases,
      description: neutralise(advisory.summary),
    },
    products: [
      {
        '@id': assetIri(asset),
        subcomponents: [{ '@id': component.purl, identifiers: { purl: component.purl } }],
      },
    ],
    status: vex.status,
    // Without a justification OpenVEX wants the reason as an impact statement.
    ...(vex.status === 'not_affected'
      ? vex.justification === undefined
        ? { impact_statement: neutralise(vex.because) }
        : { justification: vex.justification, impact_statement: neutralise(vex.because) }
      : { status_notes: neutralise(vex.because) }),
    ...(vex.status === 'affected' ? { action_statement: action(component.name, fixedIn) } : {}),
  };
}

function action(name: string, fixedIn: readonly string[]): string {
  const [lowest] = fixedIn;
  return lowest === undefined
    ? `No fixed version of ${name} is known.`
    : `Upgrade ${name} to ${lowest} or later.`;
}

function assetIri(id: string): string {
  return `urn:suture:asset:${encodeURIComponent(id)}`;
}
