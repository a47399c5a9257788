import type { Blocked, Escape } from './blocked.ts';
import { stepCost } from './cost.ts';
import { labelOf, type PackageGroup } from './graph-view.ts';
import type { Cause } from './rejection.ts';
import type { Candidate, Search } from './search.ts';
import { scopedSelector } from './selector.ts';
import type { Step, Way } from './step.ts';
import { compatibleRange, versionStep } from './version-step.ts';
import { admits, requirementOf } from './world.ts';

/** An override for one dependent that holds a package back: the last resort. */
export function overrideBlocked(
  search: Search,
  { name, parent, range }: Blocked,
  group: PackageGroup,
  { published, judgement }: Candidate,
): readonly Escape[] {
  const refused = whyNoOverride(search, group, name);
  if (refused !== undefined) {
    search.reject({ kind: 'override', package: group.name, to: published.version, ...refused });
    return [];
  }
  const step = {
    kind: 'override',
    package: group.name,
    from: group.version,
    to: published.version,
    workspaces: [''],
    selector: scopedSelector(parent.name, compatibleRange(parent.version), name),
    notes: [
      `${labelOf(parent.name, parent.version)} asks for ${name} ${range}, and no upgrade of it helps more cheaply`,
      ...unasked(group, published.version),
      ...judgement.notes,
    ],
  } as const;
  const priced: Step = { ...step, cost: stepCost(step, judgement.penalties) };
  return [{ steps: [priced], needsMove: false }];
}

/**
 * One override for everything, where every instance in the lockfile is affected, none is required by
 * a manifest of the project, and more than one dependent holds it back.
 */
export function overrideEverywhere(
  search: Search,
  group: PackageGroup,
  { published, judgement }: Candidate,
): readonly Way[] {
  const { world } = search;
  const groups = world.view.byName.get(group.name) ?? [];
  const edges = groups.flatMap(({ inEdges }) => inEdges);
  const holding = edges.filter(
    (edge) => !admits(world, requirementOf(world, edge), published.version),
  );
  if (new Set(holding.map(({ from }) => (from.workspace ? '' : from.group))).size < 2) return [];
  if (edges.some(({ from, edge }) => from.workspace !== undefined || edge.name !== group.name))
    return [];
  const everyOne = groups.every(
    ({ name, version }) =>
      world.vulnerabilities.of(name, version).size > 0 &&
      world.ecosystem.compare(version, published.version) < 0,
  );
  if (!everyOne || whyNoOverride(search, group, group.name) !== undefined) return [];
  const [lowest] = groups.toSorted((a, b) => world.ecosystem.compare(a.version, b.version));
  const step = {
    kind: 'override',
    package: group.name,
    from: lowest?.version ?? group.version,
    to: published.version,
    workspaces: [''],
    selector: '',
    notes: [
      'every instance in the lockfile is affected, so it holds everywhere',
      ...unasked(group, published.version),
      ...judgement.notes,
    ],
  } as const;
  return [{ steps: [{ ...step, cost: stepCost(step, judgement.penalties) }] }];
}

/** Why this project cannot be given an override for the package, or `undefined` when it can. */
function whyNoOverride(
  search: Search,
  group: PackageGroup,
  requiredAs: string,
): { cause: Cause; why: string } | undefined {
  const { graph } = search.world.view;
  if (!search.world.policy.remedies.includes('override')) {
    return { cause: 'policy', why: 'the policy does not allow override' };
  }
  if (graph.manager === 'bun') {
    return {
      cause: 'no-override',
      why: 'overrides of bun are not written by this version of Suture',
    };
  }
  if (requiredAs !== group.name) {
    const why = `it is required under the alias ${requiredAs}, which an override does not reach`;
    return { cause: 'no-override', why };
  }
  return undefined;
}

function unasked(group: PackageGroup, to: string): string[] {
  if (versionStep(group.version, to) !== 'major') return [];
  return [
    `no ${group.version} compatible version is free of it, so this crosses a major version nobody asked for`,
  ];
}
