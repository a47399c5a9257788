import { PackageURL } from 'packageurl-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { Component } from '../../src/domain/component.ts';
import type { DependencyGraph } from '../../src/domain/dependency-graph.ts';
import { SutureError } from '../../src/domain/error.ts';
import { fileTree } from '../../src/platform/file-tree.ts';
import type { Ecosystem } from '../../src/ports/ecosystem.ts';
import { discover } from '../../src/stages/discover/discover.ts';
import { memoryTree } from '../support/memory-tree.ts';

/** What a format's lockfile says of one package of the closed-world project. */
export interface ExpectedComponent {
  readonly name: string;
  readonly version: string;
  readonly scope: Component['scope'];
  readonly direct: boolean;
  readonly source?: Component['source'];
  readonly bundled?: boolean;
}

export interface LockfileCase {
  readonly name: string;
  /** Folder with the project as its package manager left it. */
  readonly folder: string;
  readonly lockfile: string;
  readonly formatVersion: string;
  /** What this format says otherwise, by `name@version`: `null` when it does not say it at all. */
  readonly differs?: Readonly<
    Record<
      string,
      { readonly because: string; readonly instead: Partial<ExpectedComponent> | null }
    >
  >;
  readonly workspaces: readonly string[];
  readonly unlocked?: readonly string[];
}

export interface HostileCase {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly lockfile: string;
}

export interface RefusedCase extends HostileCase {
  /** The line it must be refused at. */
  readonly line: number;
}

export interface EcosystemContract {
  readonly ecosystem: Ecosystem;
  readonly project: readonly ExpectedComponent[];
  readonly lockfiles: readonly LockfileCase[];
  readonly refused: readonly RefusedCase[];
  /** Read, with whatever problems. */
  readonly survived: readonly HostileCase[];
  /** Versions in no order, some of them none. */
  readonly versions: readonly string[];
}

/** Reading anything, however hostile, ends within this. */
const MAX_MS = 5000;

/** What every ecosystem promises: the same project is the same components, and nothing hostile harms. */
export function ecosystemContract(contract: EcosystemContract): void {
  const { ecosystem } = contract;
  const compare = (a: string, b: string) => ecosystem.compare(a, b);

  describe.each(contract.lockfiles)('$name', (subject) => {
    const tree = fileTree(subject.folder);

    it('names the components of the project', async () => {
      const discovery = await discover(tree, [ecosystem]);
      expect(discovery.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(discovery.unlocked).toEqual(subject.unlocked ?? []);
      expect(discovery.inventories).toHaveLength(1);
      const { graph, components } = discovery.inventories[0]!;
      expect(graph.formatVersion).toBe(subject.formatVersion);
      expect(graph.file).toBe(subject.lockfile);
      expect(components.map((component) => described(component, graph))).toEqual(
        expectedOf(contract.project, subject),
      );
    });

    it('is a sound graph', async () => {
      const { graph } = await ecosystem.read(subject.lockfile, tree);
      expectSound(graph);
      expect(graph.workspaces.map(({ path }) => path)).toEqual(subject.workspaces);
    });

    it('leads to every component by a path that starts at a direct one', async () => {
      const { inventories } = await discover(tree, [ecosystem]);
      const components = inventories.flatMap((inventory) => inventory.components);
      const direct = new Set(
        inventories.flatMap(({ graph }) =>
          graph.workspaces.flatMap(({ dependencies }) =>
            dependencies.flatMap(({ to }) => (to === undefined ? [] : [label(graph, to)])),
          ),
        ),
      );
      for (const { name, version, paths } of components) {
        expect(paths).not.toEqual([]);
        for (const path of paths) {
          expect(path.at(-1)).toBe(`${name}@${version}`);
          expect(direct).toContain(path[0]);
          expect(new Set(path).size).toBe(path.length);
        }
      }
    });

    it('writes purls that the reference implementation reads back', async () => {
      const { inventories } = await discover(tree, [ecosystem]);
      for (const { purl, name, version } of inventories.flatMap((each) => each.components)) {
        const parsed = PackageURL.fromString(purl);
        expect(parsed.type).toBe(ecosystem.purlType);
        expect([parsed.namespace, parsed.name].filter(Boolean).join('/')).toBe(name);
        expect(parsed.version ?? '').toBe(version);
      }
    });

    it('is read or refused with a place, wherever it is cut off', async () => {
      const text = (await tree.read(subject.lockfile)) ?? '';
      for (let part = 0; part <= 40; part += 1) {
        const cut = text.slice(0, Math.floor((text.length * part) / 40));
        const files = { [subject.lockfile]: cut };
        const outcome = await attempt(ecosystem, subject.lockfile, files);
        expect(faultsOf(outcome, subject.lockfile)).toEqual([]);
      }
    });
  });

  describe('hostile input', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).sort();
    afterEach(() => {
      expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
    });

    it.each(contract.refused)('refuses $name', async ({ files, lockfile, line }) => {
      const outcome = await attempt(ecosystem, lockfile, files);
      const { inventories, problems } = await inTime(discoverOne(files, lockfile));
      expect(outcome).toBeInstanceOf(SutureError);
      expect(faultsOf(outcome, lockfile)).toEqual([]);
      expect(inventories).toEqual([]);
      expect(problems).toEqual([
        expect.objectContaining({ severity: 'error', file: lockfile, line }),
      ]);
    });

    it.each(contract.survived)('survives $name', async ({ files, lockfile }) => {
      const outcome = await inTime(attempt(ecosystem, lockfile, files));
      const { inventories } = await inTime(discoverOne(files, lockfile));
      expect(outcome).not.toBeInstanceOf(Error);
      expect(faultsOf(outcome, lockfile)).toEqual([]);
      expect(inventories).toHaveLength(1);
    });

    const discoverOne = (files: HostileCase['files'], lockfile: string) =>
      discover(memoryTree(files), [ecosystem], { files: [lockfile] });
  });

  describe('versions', () => {
    it('are totally ordered', () => {
      const { versions } = contract;
      const sorted = [...versions].sort(compare);
      for (const [at, low] of sorted.entries()) {
        for (const high of sorted.slice(at)) {
          expect(compare(low, high)).toBeLessThanOrEqual(0);
          expect(compare(high, low)).toBeGreaterThanOrEqual(0);
        }
      }
    });
  });
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work;
  expect(performance.now() - started).toBeLessThan(MAX_MS);
  return result;
}

function expectedOf(
  project: readonly ExpectedComponent[],
  { differs = {} }: LockfileCase,
): ExpectedComponent[] {
  for (const key of Object.keys(differs)) {
    expect(project.map(({ name, version }) => `${name}@${version}`)).toContain(key);
  }
  return project
    .flatMap((component) => {
      const difference = differs[`${component.name}@${component.version}`];
      if (difference === undefined) return [component];
      if (difference.instead === null) return [];
      const { bundled, ...rest } = { ...component, ...difference.instead };
      return [bundled ? { ...rest, bundled } : rest];
    })
    .sort(byName);
}

function described(component: Component, graph: DependencyGraph): ExpectedComponent {
  const { name, version, scope, direct, source } = component;
  const bundled = [...graph.packages.values()].some(
    (node) => node.name === name && node.version === version && node.bundled,
  );
  return {
    name,
    version,
    scope,
    direct,
    ...(source === undefined ? {} : { source }),
    ...(bundled ? { bundled } : {}),
  };
}

function byName(a: ExpectedComponent, b: ExpectedComponent): number {
  return `${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1;
}

function label(graph: DependencyGraph, id: string): string {
  const node = graph.packages.get(id);
  return `${node?.name}@${node?.version}`;
}

function expectSound(graph: DependencyGraph): void {
  for (const [id, node] of graph.packages) expect(node.id).toBe(id);
  const edges = [...graph.workspaces, ...graph.packages.values()].flatMap(
    ({ dependencies }) => dependencies,
  );
  expect(edges.filter(({ to }) => to !== undefined && !graph.packages.has(to))).toEqual([]);
  for (const { path } of graph.workspaces) {
    expect(path.split('/')).not.toContain('..');
    expect(path.startsWith('/')).toBe(false);
  }
}

async function attempt(
  ecosystem: Ecosystem,
  lockfile: string,
  files: Readonly<Record<string, string>>,
): Promise<unknown> {
  return await ecosystem.read(lockfile, memoryTree(files)).then(
    ({ graph }) => graph,
    (error: unknown) => error,
  );
}

/** What is wrong with an answer that must be a graph or a refusal with place and remedy. */
function faultsOf(outcome: unknown, lockfile: string): string[] {
  if (!(outcome instanceof Error)) {
    const paths = (outcome as DependencyGraph).workspaces.map(({ path }) => path);
    return paths.filter((path) => path.split('/').includes('..') || path.startsWith('/'));
  }
  if (!(outcome instanceof SutureError)) return [`not for people: ${outcome.message}`];
  const placed = outcome.message.startsWith(`${lockfile}:${outcome.line}:`);
  return [
    ...(outcome.code === 'lockfile-corrupt' ? [] : [`unexpected code ${outcome.code}`]),
    ...(placed ? [] : [`no place: ${outcome.message}`]),
    ...(outcome.remedy === '' ? ['no remedy'] : []),
  ];
}
