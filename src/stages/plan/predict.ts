import type { DependencyEdge } from '../../domain/dependency-graph.ts';
import { type InEdge, isBundled, labelOf, type PackageGroup } from './graph-view.ts';
import { type Requirement, readRequirement } from './requirement.ts';
import { readSelector, type Selector, selects } from './selector.ts';
import { type Step, wayKey } from './step.ts';
import { admits, naturalPick, requirementOf, type World } from './world.ts';

/** What the lockfile is expected to hold after some steps. */
export interface Prediction {
  /** Ids of the findings that are gone. */
  readonly closed: ReadonlySet<string>;
  /** `name@version advisory` for holes that were not there before, in any version of the package. */
  readonly introduced: readonly string[];
}

/**
 * Predicts what a package manager will make of the steps, from the lockfile and what registries say:
 * an edge keeps what it is locked to while that satisfies it; a new requirement takes what is
 * installed when that satisfies it, else the natural pick. Packages the registry was not asked about
 * have unknown dependencies here; the rescan after the real package manager has run is the proof.
 */
export function predict(world: World, steps: readonly Step[]): Prediction {
  const { answered } = world.packuments;
  let known = predictions.get(world);
  if (known?.answered !== answered)
    predictions.set(world, (known = { answered, bySteps: new Map() }));
  const key = wayKey({ steps });
  const prediction = known.bySteps.get(key) ?? predictAfresh(world, steps);
  known.bySteps.set(key, prediction);
  return prediction;
}

/** Predictions hold until the registry has answered for one more package. */
const predictions = new WeakMap<
  World,
  { readonly answered: number; readonly bySteps: Map<string, Prediction> }
>();

function predictAfresh(world: World, steps: readonly Step[]): Prediction {
  const after = new Walk(world, steps).run();
  const before = baseline(world);
  const closed = new Set<string>();
  for (const { id, component, advisory } of world.findings) {
    if (!before.labels.has(labelOf(component.name, component.version))) continue;
    if (after.labels.has(labelOf(component.name, component.version))) continue;
    const versions = after.fresh.get(component.name) ?? [];
    const moved = [...versions].some((version) =>
      world.vulnerabilities.of(component.name, version).has(advisory.id),
    );
    if (!moved) closed.add(id);
  }
  const introduced: string[] = [];
  for (const [name, versions] of after.fresh) {
    const known = new Set(
      (world.view.byName.get(name) ?? []).flatMap((group) => [
        ...world.vulnerabilities.of(name, group.version),
      ]),
    );
    for (const version of versions) {
      for (const id of world.vulnerabilities.of(name, version)) {
        if (!known.has(id)) introduced.push(`${labelOf(name, version)} ${id}`);
      }
    }
  }
  return { closed, introduced };
}

/** Whether anything requires this package version in the lockfile as it stands. */
export function isRequired(world: World, label: string): boolean {
  return baseline(world).labels.has(label);
}

const baselines = new WeakMap<World, Reached>();

function baseline(world: World): Reached {
  const known = baselines.get(world) ?? new Walk(world, []).run();
  baselines.set(world, known);
  return known;
}

interface Reached {
  readonly labels: ReadonlySet<string>;
  /** Versions that are not in the lockfile now, by package. */
  readonly fresh: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Forced {
  readonly selector: Selector;
  readonly to: string;
}

class Walk {
  readonly #world: World;
  readonly #moves = new Map<string, Step>();
  readonly #forced: Forced[] = [];
  readonly #standing: Forced[];
  readonly #released: Selector[] = [];
  readonly #removed = new Set<string>();
  readonly #touched = new Set<string>();
  readonly #labels = new Set<string>();
  readonly #fresh = new Map<string, Set<string>>();
  readonly #seen = new Set<string>();
  readonly #queue: (() => void)[] = [];

  constructor(world: World, steps: readonly Step[]) {
    this.#world = world;
    for (const step of steps) {
      this.#touched.add(step.package);
      if (step.kind === 'override') {
        const selector = readSelector(
          step.selector === '' || step.selector === undefined ? step.package : step.selector,
        );
        if (step.to === undefined) this.#released.push(selector);
        else this.#forced.push({ selector, to: step.to });
      } else if (step.to === undefined) {
        for (const path of step.workspaces) this.#removed.add(`${path}\0${step.package}`);
      } else {
        this.#moves.set(labelOf(step.package, step.from), step);
      }
    }
    this.#standing = Object.entries(world.view.graph.overrides)
      .map(([selector, to]) => ({ selector: readSelector(selector), to }))
      .filter(({ selector, to }) => /^\d/.test(to) && !this.#touched.has(selector.name));
  }

  run(): Reached {
    for (const workspace of this.#world.view.graph.workspaces) {
      for (const edge of workspace.dependencies) {
        const name = this.#groupAt(edge)?.name ?? edge.name;
        if (this.#removed.has(`${workspace.path}\0${name}`)) continue;
        this.#follow({ from: { workspace }, edge });
      }
    }
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) next();
    return { labels: this.#labels, fresh: this.#fresh };
  }

  #groupAt(edge: DependencyEdge): PackageGroup | undefined {
    return edge.to === undefined ? undefined : this.#world.view.groupOf.get(edge.to);
  }

  #follow(inEdge: InEdge): void {
    const { edge } = inEdge;
    const group = this.#groupAt(edge);
    if (group === undefined || edge.to === undefined) return;
    const to = this.#touched.has(group.name) ? this.#retarget(inEdge, group) : undefined;
    if (to === undefined) this.#enter(edge.to, group);
    else this.#arrive(group.name, to, this.#isMove(group, to) ? group : undefined);
  }

  #isMove(group: PackageGroup, to: string): boolean {
    return this.#moves.get(labelOf(group.name, group.version))?.to === to;
  }

  /** The version an existing edge is led to instead of what it is locked to. */
  #retarget(inEdge: InEdge, group: PackageGroup): string | undefined {
    const { from } = inEdge;
    const parent = from.workspace === undefined ? from.node : undefined;
    const forced = this.#forced.find(({ selector }) => selects(selector, parent, group));
    if (forced !== undefined && !isBundled(group)) return forced.to;
    const requirement = requirementOf(this.#world, inEdge);
    const move = isBundled(group) ? undefined : this.#moves.get(labelOf(group.name, group.version));
    if (move?.to !== undefined) {
      if (from.workspace !== undefined && move.workspaces.includes(from.workspace.path))
        return move.to;
      return admits(this.#world, requirement, move.to) ? move.to : undefined;
    }
    if (!this.#released.some((selector) => selects(selector, parent, group))) return undefined;
    if (admits(this.#world, requirement, group.version)) return undefined;
    return naturalPick(this.#world, requirement)?.version;
  }

  /** A package that stays as it is. */
  #enter(id: string, group: PackageGroup): void {
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    this.#labels.add(labelOf(group.name, group.version));
    const node = this.#world.view.graph.packages.get(id);
    if (node === undefined) return;
    this.#queue.push(() => {
      for (const edge of node.dependencies)
        this.#follow({ from: { node, group: group.key }, edge });
    });
  }

  /** A package version that comes new, or that something else already has. */
  #arrive(name: string, version: string, replaces: PackageGroup | undefined): void {
    const label = labelOf(name, version);
    const present = (this.#world.view.byName.get(name) ?? []).find(
      (group) => group.version === version && !isBundled(group),
    );
    const [instance] = present?.instances ?? [];
    if (present !== undefined && instance !== undefined) {
      this.#enter(instance.id, present);
      return;
    }
    if (this.#seen.has(label)) return;
    this.#seen.add(label);
    this.#labels.add(label);
    this.#fresh.set(name, (this.#fresh.get(name) ?? new Set()).add(version));
    this.#queue.push(() => {
      this.#expand(name, version, replaces);
    });
  }

  #expand(name: string, version: string, replaces: PackageGroup | undefined): void {
    const published = this.#world.packuments.version(name, version);
    if (published === undefined) return;
    const wanted = { ...published.dependencies, ...published.optionalDependencies };
    for (const [child, written] of Object.entries(wanted)) {
      this.#require(
        readRequirement(child, written),
        { name, version },
        this.#childOf(replaces, child),
      );
    }
  }

  #childOf(group: PackageGroup | undefined, name: string): PackageGroup | undefined {
    const edge = group?.instances[0]?.dependencies.find((entry) => entry.name === name);
    const child = edge === undefined ? undefined : this.#groupAt(edge);
    return child === undefined || isBundled(child) ? undefined : child;
  }

  /** A requirement of a package that comes new. */
  #require(
    requirement: Requirement,
    parent: { readonly name: string; readonly version: string },
    before: PackageGroup | undefined,
  ): void {
    const { name } = requirement;
    const forced = [...this.#forced, ...this.#standing].find(({ selector }) =>
      selects(selector, parent, { name }),
    );
    if (forced !== undefined) {
      this.#arrive(name, forced.to, undefined);
      return;
    }
    const installed = (this.#world.view.byName.get(name) ?? [])
      .filter((group) => !isBundled(group))
      .toSorted((a, b) => this.#world.ecosystem.compare(b.version, a.version));
    for (const group of before === undefined ? installed : [before, ...installed]) {
      const moved = this.#moves.get(labelOf(name, group.version))?.to;
      const kept = admits(this.#world, requirement, group.version);
      if (moved !== undefined && admits(this.#world, requirement, moved)) {
        this.#arrive(name, moved, group);
        return;
      }
      if (kept) {
        const [instance] = group.instances;
        if (instance !== undefined) this.#enter(instance.id, group);
        return;
      }
    }
    const pick = naturalPick(this.#world, requirement);
    if (pick !== undefined) this.#arrive(name, pick.version, before);
  }
}
