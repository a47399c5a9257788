import type { MatchedFinding } from '../domain/finding.ts';
import type { AdvisoryIndex } from '../ports/advisory-index.ts';
import { findingOn, unmatchable } from '../stages/match/delta.ts';
import { matchComponents, type VersionOrder } from '../stages/match/match.ts';
import type { Store } from '../store/database.ts';
import { asComponent, componentIdsOfAssets, componentsById } from '../store/inventory-queries.ts';

/** What the advisories say about one inventory. */
export interface InventoryMatch {
  readonly findings: readonly MatchedFinding[];
  /** Components that could not be judged, by ecosystem. */
  readonly unmatchable: ReadonlyMap<string, number>;
}

/** What they say about one component, on whatever asset. */
interface ComponentMatch {
  readonly findings: readonly MatchedFinding[];
  /** Its ecosystem, when that cannot be judged. */
  readonly unmatchable?: string;
}

const NOTHING: ComponentMatch = { findings: [] };

/** Kept at hand: of both, together some 100 MB. */
const MAX_COMPONENTS = 500_000;
const MAX_FINDINGS = 50_000;

/**
 * Matches stored inventories against one index. A stored component never changes and neither does
 * an index, so that each component is matched once, however many assets have it.
 */
export class InventoryMatcher {
  readonly #index: AdvisoryIndex;
  readonly #ecosystems: readonly VersionOrder[];
  /** By component. */
  readonly #matches = new Map<number, ComponentMatch>();
  #findings = 0;

  /** @param index stays open as long as this is used */
  constructor(index: AdvisoryIndex, ecosystems: readonly VersionOrder[]) {
    this.#index = index;
    this.#ecosystems = ecosystems;
  }

  /** What each asset has; one that has no inventory is absent. Give a page of them at a time. */
  async match(
    db: Store,
    assets: readonly { readonly id: string; readonly identity: string }[],
  ): Promise<ReadonlyMap<string, InventoryMatch>> {
    const inventories = await componentIdsOfAssets(
      db,
      assets.map(({ id }) => id),
    );
    const matches = await this.#matched(db, new Set([...inventories.values()].flat()));
    const result = new Map<string, InventoryMatch>();
    for (const { id, identity } of assets) {
      const components = inventories.get(id);
      if (components !== undefined) result.set(id, joined(identity, components, matches));
    }
    return result;
  }

  /** The matches of at least these components. */
  async #matched(
    db: Store,
    wanted: ReadonlySet<number>,
  ): Promise<ReadonlyMap<number, ComponentMatch>> {
    if (this.#matches.size + wanted.size > MAX_COMPONENTS || this.#findings > MAX_FINDINGS) {
      this.#matches.clear();
      this.#findings = 0;
    }
    const missing = [...wanted].filter((id) => !this.#matches.has(id));
    for (const { id, ...stored } of await componentsById(db, missing)) {
      const component = asComponent(stored);
      const [unknown] = unmatchable([component], this.#ecosystems).keys();
      const findings = matchComponents('', [component], this.#index, this.#ecosystems);
      this.#findings += findings.length;
      this.#matches.set(
        id,
        unknown === undefined && findings.length === 0
          ? NOTHING
          : { findings, ...(unknown !== undefined && { unmatchable: unknown }) },
      );
    }
    return this.#matches;
  }
}

function joined(
  identity: string,
  components: readonly number[],
  matches: ReadonlyMap<number, ComponentMatch>,
): InventoryMatch {
  const findings: MatchedFinding[] = [];
  const counts = new Map<string, number>();
  for (const id of components) {
    const match = matches.get(id) ?? NOTHING;
    for (const finding of match.findings) findings.push(findingOn(identity, finding));
    const { unmatchable: unknown } = match;
    if (unknown !== undefined) counts.set(unknown, (counts.get(unknown) ?? 0) + 1);
  }
  return { findings, unmatchable: counts };
}
