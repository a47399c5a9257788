import type { Component } from '../../domain/component.ts';
import type { DependencyEdge, PackageNode, WorkspaceNode } from '../../domain/dependency-graph.ts';
import { messageOf } from '../../domain/error.ts';
import type { Problem } from '../../domain/problem.ts';
import { mergeComponents } from './components.ts';
import { shortestPaths } from './paths.ts';
import { readCycloneDx } from './sbom/cyclonedx.ts';
import { type SbomDocument, sbomInvalid } from './sbom/document.ts';
import { osvPackage } from './sbom/osv-package.ts';
import { type PackageUrl, parsePackageUrl } from './sbom/package-url.ts';
import { readSpdx } from './sbom/spdx.ts';
import { scopesOf } from './scopes.ts';

/** An SBOM's content as stages take it. */
export interface SbomInventory {
  /** `CycloneDX 1.6`, `SPDX 2.3` */
  readonly format: string;
  /** What the document says that it is about. */
  readonly name?: string;
  /** One for each purl, sorted by purl. */
  readonly components: readonly Component[];
  /** Components that were left out: `error` where one may be vulnerable unseen. */
  readonly problems: readonly Problem[];
}

/** Problems of one kind that are told one by one. */
const MAX_TOLD = 20;

/**
 * Reads CycloneDX 1.4–1.7 or SPDX 2.2–2.3, both as JSON.
 *
 * @param file its name, for messages and as the place where components were seen
 * @throws SutureError `sbom-invalid` with the path of what is wrong
 */
export function parseSbom(text: string, file: string): SbomInventory {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (start.startsWith('<') || /^SPDXVersion:/m.test(start.slice(0, 1000))) {
    throw sbomInvalid(`${file} is not JSON`, 'Write it as CycloneDX or SPDX JSON.');
  }
  let document: unknown;
  try {
    document = JSON.parse(start);
  } catch (error) {
    throw sbomInvalid(
      `${file} is not JSON: ${messageOf(error).slice(0, 200)}`,
      'Is it whole? Write it again as CycloneDX or SPDX JSON.',
    );
  }
  return readSbom(document, file);
}

/** {@link parseSbom} of JSON that was parsed already. */
export function readSbom(document: unknown, file: string): SbomInventory {
  const read = documentOf(document, file);
  const problems: Problem[] = [];
  const packages = packagesOf(read, file, problems);
  const graph = graphOf(read, packages);
  const scopes = scopesOf(graph);
  const paths = shortestPaths(graph);
  const direct = new Set(
    graph.workspaces.flatMap(({ dependencies }) => dependencies.map(({ to }) => to)),
  );
  const components = [...packages].map(([id, { purl, url, scope }]): Component => {
    const { ecosystem, name } = osvPackage(url);
    return {
      purl,
      ecosystem,
      name,
      version: url.version,
      scope: scope ?? scopes.get(id) ?? 'runtime',
      direct: direct.has(id),
      paths: paths.get(id) ?? [],
      seenIn: [file],
    };
  });
  return {
    format: read.format,
    ...(read.name !== undefined && { name: read.name }),
    components: mergeComponents([components, []]),
    problems,
  };
}

function documentOf(value: unknown, file: string): SbomDocument {
  const given = value !== null && typeof value === 'object' ? value : {};
  // How GitHub's API hands it out.
  if ('sbom' in given) return documentOf(given.sbom, file);
  if ('bomFormat' in given && given.bomFormat === 'CycloneDX') return readCycloneDx(given);
  if ('spdxVersion' in given) return readSpdx(given);
  const later = '@context' in given ? ' (SPDX 3 is not read yet)' : '';
  throw sbomInvalid(
    `${file} is neither CycloneDX nor SPDX${later}`,
    'Give a CycloneDX 1.4–1.7 or SPDX 2.3 document as JSON.',
  );
}

interface SbomPackage {
  readonly purl: string;
  readonly url: PackageUrl;
  readonly scope?: Component['scope'];
}

/** By id; what cannot be taken becomes a problem. */
function packagesOf(
  { items, roots }: SbomDocument,
  file: string,
  problems: Problem[],
): ReadonlyMap<string, SbomPackage> {
  const packages = new Map<string, SbomPackage>();
  const wrong: string[] = [];
  let nameless = 0;
  let versionless = 0;
  for (const { id, path, purl, scope, isPackage } of items) {
    if (roots.has(id)) continue;
    if (purl === undefined) {
      nameless += Number(isPackage);
      continue;
    }
    const url = parsePackageUrl(purl.trim());
    if (url === undefined) wrong.push(`${path}: "${purl.slice(0, 100)}" is no package URL`);
    else {
      const unique = packages.has(id) ? `${id} at ${path}` : id;
      versionless += Number(url.version === '');
      packages.set(unique, { purl: purl.trim(), url, ...(scope !== undefined && { scope }) });
    }
  }
  for (const message of wrong.slice(0, MAX_TOLD))
    problems.push({ severity: 'error', file, message });
  if (wrong.length > MAX_TOLD) {
    const message = `${wrong.length - MAX_TOLD} more components have no proper package URL`;
    problems.push({ severity: 'error', file, message });
  }
  if (nameless > 0) {
    const message = `${nameless} components have no package URL: nothing can be looked up for them`;
    problems.push({ severity: 'warning', file, message });
  }
  if (versionless > 0) {
    const message = `${versionless} components have no version: whether they are affected cannot be said`;
    problems.push({ severity: 'warning', file, message });
  }
  return packages;
}

/**
 * The document as a graph of packages. What it is about, and what in it is no package (an
 * application, a layer), stands where a lockfile has its manifests: what those need is direct.
 * Without a word on what it is about, that which nothing needs is direct.
 */
function graphOf(
  { roots, links }: SbomDocument,
  packages: ReadonlyMap<string, SbomPackage>,
): { workspaces: readonly WorkspaceNode[]; packages: ReadonlyMap<string, PackageNode> } {
  const edges = new Map<string, DependencyEdge[]>();
  const needed = new Set<string>();
  for (const { from, to, kind } of links) {
    if (from === to) continue;
    const url = packages.get(to)?.url;
    // What a manifest-like item needs counts for itself, not for who needs the item.
    if (url === undefined) continue;
    needed.add(to);
    const list = edges.get(from) ?? [];
    edges.set(from, list);
    list.push({ name: url.name, range: '', kind, to });
  }
  const starts: WorkspaceNode[] = [];
  for (const [from, dependencies] of edges) {
    if (!packages.has(from)) starts.push({ path: '', name: from, dependencies });
  }
  if (starts.length === 0 && roots.size === 0 && links.length > 0) {
    const tops = [...packages].filter(([id]) => !needed.has(id));
    const dependencies = tops.map(([to, { url }]): DependencyEdge => {
      return { name: url.name, range: '', kind: 'runtime', to };
    });
    starts.push({ path: '', name: '', dependencies });
  }
  const nodes = new Map(
    [...packages].map(([id, { url }]): [string, PackageNode] => [
      id,
      {
        id,
        name: osvPackage(url).name,
        version: url.version,
        source: 'registry',
        bundled: false,
        dependencies: edges.get(id) ?? [],
      },
    ]),
  );
  return { workspaces: starts, packages: nodes };
}
