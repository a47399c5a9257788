import type { MatchedFinding } from '../domain/finding.ts';
import type { AdvisoryIndex } from '../ports/advisory-index.ts';
import { findingOn, unmatchable } from '../stages/match/delta.ts';
import { matchComponents, type VersionOrder } from '../stages/match/match.ts';
import type { Store } from '../store/database.ts';
import { asComponent, chunksOfAssets, componentsOfChunks } from '../store/inventory-queries.ts';

/** What the advisories say about one inventory, or one chunk of it. */
export interface InventoryMatch {
  readonly findings: readonly MatchedFinding[];
  /** Components that could not be judged, by ecosystem. */
  readonly unmatchable: ReadonlyMap<string, number>;
}

/** Findings that are kept at hand, over all chunks; some 100 MB. */
const MAX_FINDINGS = 50_000;
const MAX_CHUNKS = 50_000;

/**
 * Matches stored inventories against one index. A chunk never changes and neither does an index, so
 * that each chunk is matched once however many assets have it: what a look at everything costs grows
 * with what is different between assets.
 */
export class InventoryMatcher {
  readonly #index: AdvisoryIndex;
  readonly #ecosystems: readonly VersionOrder[];
  /** By chunk, the one that was used last at the end. */
  readonly #chunks = new Map<number, InventoryMatch>();
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
    const inventories = await chunksOfAssets(
      db,
      assets.map(({ id }) => id),
    );
    const chunks = await this.#matched(db, new Set([...inventories.values()].flat()));
    const result = new Map<string, InventoryMatch>();
    for (const { id, identity } of assets) {
      const parts = inventories.get(id)?.flatMap((chunk) => chunks.get(chunk) ?? []);
      if (parts !== undefined) result.set(id, joined(identity, parts));
    }
    return result;
  }

  async #matched(
    db: Store,
    wanted: ReadonlySet<number>,
  ): Promise<ReadonlyMap<number, InventoryMatch>> {
    const found = new Map<number, InventoryMatch>();
    const missing: number[] = [];
    for (const chunk of wanted) {
      const known = this.#chunks.get(chunk);
      if (known === undefined) missing.push(chunk);
      else {
        this.#chunks.delete(chunk);
        this.#chunks.set(chunk, known);
        found.set(chunk, known);
      }
    }
    if (missing.length === 0) return found;
    for (const [chunk, stored] of await componentsOfChunks(db, missing)) {
      const components = stored.map(asComponent);
      const match = {
        findings: matchComponents('', components, this.#index, this.#ecosystems),
        unmatchable: unmatchable(components, this.#ecosystems),
      };
      found.set(chunk, match);
      this.#keep(chunk, match);
    }
    return found;
  }

  #keep(chunk: number, match: InventoryMatch): void {
    this.#chunks.set(chunk, match);
    this.#findings += match.findings.length;
    for (const [oldest, { findings }] of this.#chunks) {
      if (this.#findings <= MAX_FINDINGS && this.#chunks.size <= MAX_CHUNKS) return;
      this.#chunks.delete(oldest);
      this.#findings -= findings.length;
    }
  }
}

function joined(identity: string, parts: readonly InventoryMatch[]): InventoryMatch {
  const counts = new Map<string, number>();
  for (const part of parts) {
    for (const [ecosystem, count] of part.unmatchable) {
      counts.set(ecosystem, (counts.get(ecosystem) ?? 0) + count);
    }
  }
  return {
    findings: parts.flatMap((part) => part.findings.map((each) => findingOn(identity, each))),
    unmatchable: counts,
  };
}
