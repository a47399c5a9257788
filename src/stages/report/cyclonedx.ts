import type { Component } from '../../domain/component.ts';
import type { Finding } from '../../domain/finding.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { neutralise } from '../../domain/neutralise.ts';
import type { ScannedAsset, ScanReport } from '../../domain/report.ts';

/**
 * CycloneDX 1.6 (ECMA-424) as JSON: the inventory with its dependency graph, and for each
 * vulnerability a VEX `analysis`. Several assets become one document with a component each.
 */
export function writeCycloneDx(report: ScanReport): string {
  const components = new Map(
    report.assets.flatMap((asset) => asset.components.map((c) => [c.purl, c])),
  );
  const [only] = report.assets;
  const root = report.assets.length === 1 && only !== undefined ? assetComponent(only) : undefined;
  return JSON.stringify(
    {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      serialNumber: `urn:uuid:${uuid(report)}`,
      version: 1,
      metadata: {
        timestamp: report.generatedAt,
        tools: { components: [{ type: 'application', ...report.tool }] },
        ...(root === undefined ? {} : { component: root }),
      },
      components: [
        ...(root === undefined ? report.assets.map(assetComponent) : []),
        ...[...components.values()].map(libraryComponent),
      ],
      dependencies: report.assets.flatMap((asset) => dependencies(asset)),
      vulnerabilities: vulnerabilities(report.assets.flatMap(({ findings }) => findings)),
    },
    null,
    2,
  );
}

function assetComponent({ id, name }: ScannedAsset) {
  return { type: 'application', 'bom-ref': id, name: neutralise(name) };
}

const SCOPES = {
  runtime: 'required',
  peer: 'required',
  optional: 'optional',
  development: 'excluded',
} as const;

function libraryComponent({ purl, name, version, scope, seenIn }: Component) {
  const slash = name.startsWith('@') ? name.indexOf('/') : -1;
  return {
    type: 'library',
    'bom-ref': purl,
    ...(slash === -1 ? {} : { group: name.slice(0, slash) }),
    name: name.slice(slash + 1),
    version,
    purl,
    scope: SCOPES[scope],
    evidence: { occurrences: seenIn.map((location) => ({ location })) },
  };
}

/** Who needs whom, by purl, joined over the asset's lockfiles. */
function dependencies(asset: ScannedAsset) {
  const purls = new Map(asset.components.map((c) => [`${c.name}@${c.version}`, c.purl]));
  const needs = new Map<string, Set<string>>([[asset.id, new Set()]]);
  const add = (from: string, to: string | undefined) => {
    if (to === undefined) return;
    const known = needs.get(from);
    if (known === undefined) needs.set(from, new Set([to]));
    else known.add(to);
  };
  for (const { packages, workspaces } of asset.graphs) {
    const purlOf = (id: string | undefined) => {
      const node = id === undefined ? undefined : packages.get(id);
      return node === undefined ? undefined : purls.get(`${node.name}@${node.version}`);
    };
    for (const workspace of workspaces) {
      for (const { to } of workspace.dependencies) add(asset.id, purlOf(to));
    }
    for (const node of packages.values()) {
      const from = purlOf(node.id);
      if (from === undefined) continue;
      if (!needs.has(from)) needs.set(from, new Set());
      for (const { to } of node.dependencies) add(from, purlOf(to));
    }
  }
  return [...needs].map(([ref, on]) => ({ ref, dependsOn: [...on].sort() }));
}

function vulnerabilities(findings: readonly Finding[]) {
  const groups = Map.groupBy(findings, (finding) => `${finding.advisory.id} ${stateOf(finding)}`);
  return [...groups].map(([key, group]) => vulnerability(key, group));
}

function vulnerability(key: string, group: readonly Finding[]) {
  const [finding] = group;
  if (finding === undefined) throw new Error('a group has at least one member');
  const { advisory, severity, vex } = finding;
  const justification = JUSTIFICATIONS[vex.justification ?? ''];
  const fixes = group.map(
    ({ component, fixedIn }) => fixedIn[0] && `${component.name} ${fixedIn[0]}`,
  );
  const known = [...new Set(fixes.filter((fix) => fix !== undefined))];
  return {
    'bom-ref': key,
    id: advisory.id,
    source: {
      name: 'OSV',
      url: `https://osv.dev/vulnerability/${encodeURIComponent(advisory.id)}`,
    },
    references: advisory.aliases.map((id) => ({ id, source: { name: sourceOf(id) } })),
    ratings: [
      {
        severity: severity.label,
        ...(severity.score === undefined ? {} : { score: severity.score }),
        ...(severity.vector === undefined
          ? {}
          : { vector: severity.vector, method: methodOf(severity.vector) }),
      },
    ],
    cwes: advisory.cwes.flatMap((cwe) => {
      const number = Number(cwe.replace(/^CWE-/, ''));
      return Number.isInteger(number) && number > 0 ? [number] : [];
    }),
    description: neutralise(advisory.summary),
    ...(known.length === 0 ? {} : { recommendation: `Upgrade to ${known.join(', ')}.` }),
    ...(advisory.published === '' ? {} : { published: advisory.published }),
    analysis: {
      state: stateOf(finding),
      ...(justification === undefined ? {} : { justification }),
      detail: neutralise(vex.because),
    },
    affects: group.map(({ component }) => ({
      ref: component.purl,
      versions: [{ version: component.version, status: 'affected' }],
    })),
  };
}

function stateOf({ vex, suppression, reachability }: Finding): string {
  if (vex.status === 'not_affected') return 'not_affected';
  if (vex.status === 'fixed') return 'resolved';
  if (suppression !== undefined || vex.status === 'under_investigation') return 'in_triage';
  return reachability.status === 'reachable' ? 'exploitable' : 'in_triage';
}

/** OpenVEX justification → CycloneDX `impactAnalysisJustification`. */
const JUSTIFICATIONS: Readonly<Record<string, string | undefined>> = {
  component_not_present: 'code_not_present',
  vulnerable_code_not_present: 'code_not_present',
  vulnerable_code_not_in_execute_path: 'code_not_reachable',
  vulnerable_code_cannot_be_controlled_by_adversary: 'requires_environment',
  inline_mitigations_already_exist: 'protected_by_mitigating_control',
};

function methodOf(vector: string): string {
  if (vector.startsWith('CVSS:4')) return 'CVSSv4';
  if (vector.startsWith('CVSS:3.1')) return 'CVSSv31';
  return vector.startsWith('CVSS:3') ? 'CVSSv3' : 'CVSSv2';
}

function sourceOf(id: string): string {
  if (id.startsWith('CVE-')) return 'NVD';
  return id.startsWith('GHSA-') ? 'GitHub Advisories' : 'OSV';
}

/** A version 8 (custom) UUID, RFC 9562 section 5.8, from what the document says. */
function uuid(report: ScanReport): string {
  const hex = fingerprint([report.generatedAt, ...report.assets.map(({ id }) => id)]).padEnd(
    32,
    '0',
  );
  const part = (from: number, to: number) => hex.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-8${part(13, 16)}-8${part(17, 20)}-${part(20, 32)}`;
}
