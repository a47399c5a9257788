import { satisfiesNpmRequirement } from '../../../versions/npm-requirement.ts';
import { compareSemver } from '../../../versions/semver.ts';
import type { DraftPackage } from './graph-parts.ts';

/**
 * What yarn resolved each requirement (`name@range`) to. Where `resolutions` replaced a
 * requirement the lockfile holds only the replacement, so a miss is answered by name.
 */
export class Descriptors {
  readonly #nodes = new Map<string, DraftPackage>();
  readonly #byName = new Map<string, DraftPackage[]>();
  readonly #forced: ReadonlyMap<string, string>;

  /** `overrides`: normalised selectors; only the last package of each matters here. */
  constructor(overrides: Readonly<Record<string, string>>) {
    this.#forced = new Map(
      Object.entries(overrides).map(([selector, version]) => [
        (selector.split(' > ').at(-1) ?? '').replace(/(?<=.)@.*$/, ''),
        version,
      ]),
    );
  }

  add(descriptor: string, node: DraftPackage): void {
    this.#nodes.set(descriptor, node);
    const name = nameOf(descriptor);
    const known = this.#byName.get(name);
    if (known === undefined) this.#byName.set(name, [node]);
    else if (known.at(-1) !== node) known.push(node);
  }

  /** `range` as the requiring package writes it. */
  find(name: string, range: string): DraftPackage | undefined {
    const exact = this.#exact(name, range);
    if (exact !== undefined) return exact;
    const candidates = this.#byName.get(name) ?? [];
    const forced = this.#forced.get(name);
    if (forced !== undefined) {
      const replaced = this.#exact(name, forced);
      if (replaced !== undefined) return replaced;
      if (candidates.length === 1) return candidates[0];
    }
    return this.satisfying(name, range);
  }

  /** The highest resolved version of a name that satisfies a range: what a peer was given. */
  satisfying(name: string, range: string): DraftPackage | undefined {
    let best: DraftPackage | undefined;
    for (const node of this.#byName.get(name) ?? []) {
      if (!satisfiesNpmRequirement(node.version, range)) continue;
      if (best === undefined || compareSemver(node.version, best.version) > 0) best = node;
    }
    return best;
  }

  #exact(name: string, range: string): DraftPackage | undefined {
    return this.#nodes.get(`${name}@${range}`) ?? this.#nodes.get(`${name}@npm:${range}`);
  }
}

/** The part of `@scope/name@range` before the range. */
export function nameOf(descriptor: string): string {
  const at = descriptor.indexOf('@', 1);
  return at < 0 ? descriptor : descriptor.slice(0, at);
}
