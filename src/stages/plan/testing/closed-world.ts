import { parse } from 'yaml';
import { z } from 'zod';
import type { PackageAdvisory } from '../../../domain/advisory.ts';
import { defaultPolicy } from '../../../domain/configuration.ts';
import type {
  DependencyEdge,
  DependencyGraph,
  DependencyKind,
  PackageNode,
} from '../../../domain/dependency-graph.ts';
import { SutureError } from '../../../domain/error.ts';
import type { Finding } from '../../../domain/finding.ts';
import type { AdvisoryIndex } from '../../../ports/advisory-index.ts';
import type { Ecosystem } from '../../../ports/ecosystem.ts';
import type {
  PackageRegistry,
  PublishedPackage,
  PublishedVersion,
} from '../../../ports/package-registry.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { parseNpmRequirement, satisfiesNpmRequirement } from '../../../versions/npm-requirement.ts';
import { compareSemver } from '../../../versions/semver.ts';
import { affectedBy } from '../../match/match.ts';
import type { PlanRequest } from '../plan.ts';

/**
 * A closed world as data: what the registry has, what is known against it, what a project asks for
 * and what its lockfile holds. See fixtures/README.md for the notation.
 */
const published = z.strictObject({
  needs: z.string().optional(),
  optional: z.string().optional(),
  peers: z.string().optional(),
  node: z.string().optional(),
  published: z.string().nullable().optional(),
  deprecated: z.string().optional(),
  script: z.boolean().optional(),
  provenance: z.boolean().optional(),
  files: z.record(z.string(), z.string()).optional(),
});

const advisory = z.union([
  z.string(),
  z.strictObject({
    affects: z.string(),
    score: z.number().optional(),
    kev: z.boolean().optional(),
    reachable: z.boolean().optional(),
    suppressed: z.boolean().optional(),
  }),
]);

const locked = z.strictObject({
  source: z.enum(['git', 'file', 'url']).optional(),
  /** Packed inside this package. */
  inside: z.string().optional(),
});

export const closedWorld = z.strictObject({
  manager: z.enum(['npm', 'pnpm', 'yarn-classic', 'yarn-berry', 'bun']).default('npm'),
  now: z.string().default('2026-01-10'),
  registry: z.record(
    z.string(),
    z.union([z.string(), z.record(z.string(), z.union([z.string(), published, z.null()]))]),
  ),
  latest: z.record(z.string(), z.string()).default({}),
  unreachable: z.array(z.string()).default([]),
  advisories: z.record(z.string(), advisory),
  project: z.union([z.string(), z.record(z.string(), z.string())]),
  locked: z.union([z.string(), z.record(z.string(), locked.nullable())]),
  overrides: z.record(z.string(), z.string()).default({}),
  policy: z.record(z.string(), z.unknown()).default({}),
  rejected: z
    .array(
      z.strictObject({ kind: z.string(), package: z.string(), to: z.string(), why: z.string() }),
    )
    .default([]),
  files: z.record(z.string(), z.string()).default({}),
});

export type ClosedWorld = z.infer<typeof closedWorld>;

export function readCases(text: string): Readonly<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).parse(parse(text));
}

/** Everything `plan` asks for, from a closed world. */
export function requestFor(world: ClosedWorld): PlanRequest & { requests: Map<string, number> } {
  const packages = packagesOf(world);
  const graph = graphOf(world, packages);
  const index = indexOf(world);
  const requests = new Map<string, number>();
  return {
    graph,
    findings: findingsOf(graph, index, world),
    registry: registryOf(world, packages, requests),
    index,
    ecosystem,
    policy: { ...defaultPolicy, ...world.policy },
    tree: treeOf(world.files),
    now: new Date(`${world.now.slice(0, 10)}T00:00:00Z`),
    rejected: world.rejected as PlanRequest['rejected'],
    requests,
  };
}

const ecosystem: Ecosystem = {
  id: 'npm',
  osvName: 'npm',
  purlType: 'npm',
  lockfiles: [],
  manifest: 'package.json',
  compare: compareSemver,
  satisfies: satisfiesNpmRequirement,
  read: () => Promise.reject(new Error('closed worlds have no lockfile to read')),
};

/** `a@^1.0.0 dev:b@2 peer:@s/c@*`, read from left to right. */
export function readNeeds(
  text: string | undefined,
): { name: string; range: string; kind: DependencyKind }[] {
  const kinds: Record<string, DependencyKind> = {
    dev: 'development',
    optional: 'optional',
    peer: 'peer',
  };
  return (text ?? '').split(/\s+/).flatMap((word) => {
    const [, kind = '', name, range = '*'] =
      /^(?:(dev|optional|peer):)?(@?[^@]+)(?:@(.*))?$/.exec(word) ?? [];
    // A range with spaces is written with underscores: `a@>=1_<2`.
    return name === undefined
      ? []
      : [{ name, range: range.replaceAll('_', ' '), kind: kinds[kind] ?? 'runtime' }];
  });
}

function asRecord(text: string | undefined): Record<string, string> {
  return Object.fromEntries(readNeeds(text).map(({ name, range }) => [name, range]));
}

export function packagesOf(
  world: Pick<ClosedWorld, 'registry' | 'latest'>,
): Map<string, PublishedPackage> {
  return new Map(
    Object.entries(world.registry).map(([name, listed]) => {
      const entries =
        typeof listed === 'string'
          ? listed.split(/\s+/).map((version) => [version, null] as const)
          : Object.entries(listed);
      const versions = entries.map(([version, entry]): PublishedVersion => {
        const details = typeof entry === 'string' ? { needs: entry } : (entry ?? {});
        const date = details.published === undefined ? '2025-01-01' : details.published;
        return {
          version,
          ...(date !== null && { published: `${date}T00:00:00Z` }),
          ...(details.deprecated !== undefined && { deprecated: details.deprecated }),
          dependencies: asRecord(details.needs),
          optionalDependencies: asRecord(details.optional),
          peerDependencies: asRecord(details.peers),
          engines: details.node === undefined ? {} : { node: details.node },
          hasInstallScript: details.script ?? false,
          provenance: details.provenance ?? false,
        };
      });
      const latest = world.latest[name];
      return [name, { name, versions, ...(latest !== undefined && { latest }) }] as const;
    }),
  );
}

function registryOf(
  world: ClosedWorld,
  packages: ReadonlyMap<string, PublishedPackage>,
  requests: Map<string, number>,
): PackageRegistry {
  return {
    package: (name) => {
      requests.set(name, (requests.get(name) ?? 0) + 1);
      if (world.unreachable.includes(name) || world.unreachable.includes('*')) {
        const remedy = 'Check the network.';
        return Promise.reject(
          new SutureError('registry-unreachable', `no answer for ${name}`, { remedy }),
        );
      }
      return Promise.resolve(packages.get(name));
    },
    contents: (name, version) => {
      const listed = world.registry[name];
      const entry = typeof listed === 'string' ? undefined : listed?.[version];
      const files = typeof entry === 'object' ? (entry?.files ?? {}) : {};
      return Promise.resolve(
        new Map(
          Object.entries({ 'package.json': `{"name":"${name}","version":"${version}"}`, ...files }),
        ),
      );
    },
  };
}

/** Edges go to the highest locked version that satisfies them, copies inside the asker first. */
function graphOf(
  world: ClosedWorld,
  packages: ReadonlyMap<string, PublishedPackage>,
): DependencyGraph {
  const listed: Record<string, z.infer<typeof locked> | null> =
    typeof world.locked === 'string'
      ? Object.fromEntries(
          world.locked
            .split(/\s+/)
            .filter(Boolean)
            .map((id) => [id, null]),
        )
      : world.locked;
  const shells = Object.entries(listed).map(([id, details]) => {
    const at = id.lastIndexOf('@');
    return {
      id: details?.inside === undefined ? id : `${details.inside}/${id}`,
      name: id.slice(0, at),
      version: id.slice(at + 1),
      inside: details?.inside,
      source: details?.source ?? 'registry',
    } as const;
  });
  const link = (
    written: string,
    name: string,
    kind: DependencyKind,
    asker: string | undefined,
  ): DependencyEdge => {
    const parsed = parseNpmRequirement(written);
    const wanted = parsed.kind === 'alias' ? parsed.name : name;
    const forced =
      world.overrides[`${asker?.split('@')[0]} > ${wanted}`] ?? world.overrides[wanted];
    const fits = shells
      .filter((shell) => shell.name === wanted)
      .filter(({ inside }) => inside === undefined || inside === asker)
      .filter(({ version, source }) => {
        if (forced !== undefined) return version === forced;
        return (
          source !== 'registry' ||
          satisfiesNpmRequirement(version, written) ||
          parsed.kind === 'tag'
        );
      })
      .toSorted(
        (a, b) =>
          Number(b.inside === asker) - Number(a.inside === asker) ||
          compareSemver(b.version, a.version),
      );
    const [to] = fits;
    return { name, range: written, kind, ...(to !== undefined && { to: to.id }) };
  };
  const nodes = shells.map(({ id, name, version, source, inside }): PackageNode => {
    const manifest = packages.get(name)?.versions.find((entry) => entry.version === version);
    const edges = (needs: Readonly<Record<string, string>> | undefined, kind: DependencyKind) =>
      Object.entries(needs ?? {}).map(([child, range]) =>
        link(range, child, kind, inside ?? `${name}@${version}`),
      );
    const dependencies = [
      ...edges(manifest?.dependencies, 'runtime'),
      ...edges(manifest?.optionalDependencies, 'optional'),
      ...edges(manifest?.peerDependencies, 'peer'),
    ].map((edge) =>
      world.manager === 'pnpm' && edge.kind !== 'peer' ? { ...edge, range: '' } : edge,
    );
    return { id, name, version, source, bundled: inside !== undefined, dependencies };
  });
  const projects = typeof world.project === 'string' ? { '': world.project } : world.project;
  return {
    ecosystem: 'npm',
    manager: world.manager,
    file: 'package-lock.json',
    formatVersion: '3',
    workspaces: Object.entries(projects).map(([path, needs]) => ({
      path,
      name: path === '' ? 'project' : path,
      dependencies: readNeeds(needs).map(({ name, range, kind }) =>
        link(range, name, kind, undefined),
      ),
    })),
    packages: new Map(nodes.map((node) => [node.id, node])),
    overrides: world.overrides,
  };
}

export function indexOf(world: Pick<ClosedWorld, 'advisories'>): AdvisoryIndex {
  const byName = new Map<string, PackageAdvisory[]>();
  for (const [id, entry] of Object.entries(world.advisories)) {
    const { affects, kev = false } = typeof entry === 'string' ? { affects: entry } : entry;
    const at = affects.indexOf('@', 1);
    const name = affects.slice(0, at);
    const events = affects
      .slice(at + 1)
      .split('||')
      .flatMap((part) => {
        const introduced = />=([^\s<]+)/.exec(part)?.[1] ?? '0';
        const fixed = /<([^\s=]+)/.exec(part)?.[1];
        return [{ introduced }, ...(fixed === undefined ? [] : [{ fixed }])];
      });
    byName.set(name, [
      ...(byName.get(name) ?? []),
      {
        id,
        aliases: [],
        summary: id,
        published: '2025-06-01',
        severities: [],
        cwes: [],
        affected: [
          {
            record: id,
            ecosystem: 'npm',
            name,
            versions: [],
            symbols: [],
            ranges: [{ type: 'SEMVER', events }],
          },
        ],
        threat: kev ? { kev: { dateAdded: '2025-06-01', ransomware: false } } : {},
      },
    ]);
  }
  return {
    affecting: (_, name) => byName.get(name) ?? [],
    advisory: () => undefined,
    feeds: () => [],
    close: () => Promise.resolve(),
  };
}

/** Every advisory against every locked version; ids are `name@version ADVISORY`. */
function findingsOf(
  graph: DependencyGraph,
  index: AdvisoryIndex,
  { advisories }: Pick<ClosedWorld, 'advisories'>,
): Finding[] {
  const findings = new Map<string, Finding>();
  for (const { name, version } of graph.packages.values()) {
    for (const advisory of index.affecting('npm', name)) {
      const match = affectedBy(version, advisory, compareSemver);
      if (match === undefined) continue;
      const entry = advisories[advisory.id];
      const details = typeof entry === 'object' ? entry : { affects: '' };
      const id = `${name}@${version} ${advisory.id}`;
      const fixedIn = advisory.affected.flatMap(({ ranges }) =>
        ranges.flatMap(({ events }) =>
          events.flatMap((event) => ('fixed' in event ? [event.fixed] : [])),
        ),
      );
      findings.set(id, {
        id,
        component: {
          purl: `pkg:npm/${name}@${version}`,
          ecosystem: 'npm',
          name,
          version,
          scope: 'runtime',
          direct: false,
          paths: [],
          seenIn: [graph.file],
        },
        advisory,
        match,
        fixedIn,
        severity: { label: 'high' },
        reachability: {
          status: details.reachable === true ? 'reachable' : 'unknown',
          because: 'as the case says',
          evidence: [],
        },
        vex: { status: 'affected', because: 'as the case says' },
        risk: {
          score: details.score ?? 10,
          probability: 0.1,
          impact: 0.5,
          band: 'attend',
          deadline: { rule: 'none' },
          factors: [],
        },
        ...(details.suppressed === true && {
          suppression: { reason: 'accepted', expires: '2027-01-01', declaredIn: 'suture.yaml:1' },
        }),
      });
    }
  }
  return [...findings.values()];
}

function treeOf(files: Readonly<Record<string, string>>): SourceTree {
  return {
    list: () => Promise.resolve(Object.keys(files).toSorted()),
    read: (path) => Promise.resolve(files[path]),
  };
}
