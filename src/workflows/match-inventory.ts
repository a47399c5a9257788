import { defaultPolicy, type Policy } from '../domain/configuration.ts';
import type { Finding, MatchedFinding } from '../domain/finding.ts';
import type { Problem } from '../domain/problem.ts';
import type { AdvisoryChanges, AdvisoryIndex } from '../ports/advisory-index.ts';
import { newlyAffected } from '../stages/match/delta.ts';
import type { VersionOrder } from '../stages/match/match.ts';
import { prioritize } from '../stages/prioritize/prioritize.ts';
import { effectiveContexts } from '../store/asset-context.ts';
import type { Store } from '../store/database.ts';
import {
  type AssetsAfter,
  componentsOfPackages,
  inventoriedAssets,
  standingFindings,
  type TouchedAsset,
  touchedAssets,
} from '../store/delta.ts';
import type { InventoryMatcher } from './inventory-matcher.ts';

/**
 * What a change of advisories can touch, as plain values: it is worked out once, and pages of
 * assets are then matched against it, each of them again if need be.
 */
export interface AdvisoryDelta {
  /** Every asset is to be looked at; the lists are empty. */
  readonly everything: boolean;
  /** Ids of stored components that an advisory which changed affects now. */
  readonly components: readonly number[];
  /** Ids of advisories that changed; findings of them may be gone, or be of another risk. */
  readonly advisories: readonly string[];
}

/** An asset whose files are not at hand (an SBOM, a host), matched by its stored inventory. */
export interface AssessedAsset {
  readonly id: string;
  readonly identity: string;
  readonly kind: TouchedAsset['kind'];
  readonly environment: string;
  /** All of its findings now, ranked; what is not among them is gone. */
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

export interface MatchedPage {
  readonly assessed: readonly AssessedAsset[];
  /** Ids of repositories to scan again: their code says what of it is reachable. */
  readonly rescan: readonly string[];
  /** How many assets were looked at. */
  readonly looked: number;
  /** Where to go on; absent when this was the last page. */
  readonly next?: string;
}

export interface MatchOptions {
  readonly now: Date;
  /** The operator's, for the ranking. */
  readonly policy?: Policy;
}

/** Works out what a change of advisories can touch: each version of each package once. */
export async function advisoryDelta(
  db: Store,
  changes: AdvisoryChanges,
  index: Pick<AdvisoryIndex, 'affecting'>,
  ecosystems: readonly VersionOrder[],
): Promise<AdvisoryDelta> {
  if (changes.everything) return { everything: true, components: [], advisories: [] };
  const { packages, threats } = changes;
  const components = new Set<number>();
  for await (const stored of componentsOfPackages(db, packages)) {
    for (const { id } of newlyAffected(stored, packages, index, ecosystems)) components.add(id);
  }
  const advisories = new Set([...packages.flatMap((each) => each.advisories), ...threats]);
  return { everything: false, components: [...components], advisories: [...advisories] };
}

/**
 * Matches the next assets that a change touches, by their stored inventories. Nothing is written:
 * doing a page again is harmless, and `next` is all there is to remember.
 *
 * In a look at everything, a repository is named only where what its inventory matches differs from
 * what stands recorded.
 */
export async function matchPage(
  db: Store,
  matcher: InventoryMatcher,
  delta: AdvisoryDelta,
  page: AssetsAfter,
  options: MatchOptions,
): Promise<MatchedPage> {
  const assets = await assetsOf(db, delta, page);
  const last = assets.length < page.limit ? undefined : assets.at(-1)?.id;
  const matched = await matchThese(db, matcher, delta, assets, options);
  return { ...matched, ...(last !== undefined && { next: last }) };
}

async function assetsOf(
  db: Store,
  delta: AdvisoryDelta,
  page: AssetsAfter,
): Promise<readonly TouchedAsset[]> {
  return delta.everything
    ? await inventoriedAssets(db, page)
    : await touchedAssets(db, delta, page);
}

async function matchThese(
  db: Store,
  matcher: InventoryMatcher,
  delta: AdvisoryDelta,
  assets: readonly TouchedAsset[],
  options: MatchOptions,
): Promise<Omit<MatchedPage, 'next'>> {
  const byFiles = assets.filter(({ kind }) => kind === 'repository');
  const byInventory = assets.filter(({ kind }) => kind !== 'repository');
  return {
    assessed: await assess(db, matcher, byInventory, options),
    rescan: delta.everything ? await outdated(db, matcher, byFiles) : byFiles.map(({ id }) => id),
    looked: assets.length,
  };
}

/** Looked up together: rows of some hundred bytes. */
const ASSETS_AT_ONCE = 50_000;

/**
 * All of it, in pages; `next` of each says where to go on after it. Assets are looked up many at a
 * time, which for few costs as much, and matched some at a time.
 */
export async function* matchAssets(
  db: Store,
  matcher: InventoryMatcher,
  delta: AdvisoryDelta,
  options: MatchOptions & { readonly pageSize?: number; readonly after?: string },
): AsyncGenerator<MatchedPage> {
  const { pageSize = 500 } = options;
  const limit = Math.max(pageSize, ASSETS_AT_ONCE);
  let after = options.after;
  for (;;) {
    const assets = await assetsOf(db, delta, { limit, ...(after !== undefined && { after }) });
    const isLast = assets.length < limit;
    for (let from = 0; from < assets.length; from += pageSize) {
      const some = assets.slice(from, from + pageSize);
      after = some.at(-1)?.id;
      const more = !isLast || from + pageSize < assets.length;
      const matched = await matchThese(db, matcher, delta, some, options);
      yield { ...matched, ...(more && after !== undefined && { next: after }) };
    }
    if (isLast) return;
  }
}

/**
 * The next assets of a look at everything: after the first sync, when the index is another one than
 * before, and once a day for what moves every day (EPSS).
 *
 * @param cursor `next` of the page before; `undefined` to begin
 */
export async function matchFrom(
  db: Store,
  matcher: InventoryMatcher,
  cursor: string | undefined,
  limit: number,
  options: MatchOptions,
): Promise<MatchedPage> {
  const page = { limit, ...(cursor !== undefined && { after: cursor }) };
  const everything = { everything: true, components: [], advisories: [] };
  return await matchPage(db, matcher, everything, page, options);
}

/** Matches and ranks these assets by what is stored of them, whatever changed. */
export async function assess(
  db: Store,
  matcher: InventoryMatcher,
  assets: readonly TouchedAsset[],
  { now, policy = defaultPolicy }: MatchOptions,
): Promise<readonly AssessedAsset[]> {
  if (assets.length === 0) return [];
  const ids = assets.map(({ id }) => id);
  const [matched, contexts, standing] = await Promise.all([
    matcher.match(db, assets),
    effectiveContexts(db, ids),
    standingFindings(db, ids),
  ]);
  const firstSeen = new Map(standing.map((finding) => [finding.id, finding.firstSeen]));
  return assets.flatMap(({ id, identity, kind }) => {
    const context = contexts.get(id);
    const match = matched.get(id);
    if (context === undefined || match === undefined) return [];
    const findings = prioritize({
      findings: match.findings,
      // Without the files nothing can be said; unknown is never taken for safe.
      reachability: new Map(),
      context,
      configuration: { policy, ignore: [] },
      now,
      firstSeen,
    });
    const environment = context.environment.value;
    return [{ id, identity, kind, environment, findings, problems: problemsOf(match.unmatchable) }];
  });
}

async function outdated(
  db: Store,
  matcher: InventoryMatcher,
  assets: readonly TouchedAsset[],
): Promise<readonly string[]> {
  if (assets.length === 0) return [];
  const [matched, standing] = await Promise.all([
    matcher.match(db, assets),
    standingFindings(
      db,
      assets.map(({ id }) => id),
    ),
  ]);
  const recorded = Map.groupBy(standing, ({ assetId }) => assetId);
  return assets.flatMap(({ id }) => {
    const now = matched.get(id)?.findings ?? [];
    return isSame(now, recorded.get(id) ?? []) ? [] : [id];
  });
}

function isSame(now: readonly MatchedFinding[], recorded: readonly { readonly id: string }[]) {
  const ids = new Set(recorded.map(({ id }) => id));
  return now.length === ids.size && now.every(({ id }) => ids.has(id));
}

function problemsOf(unmatchable: ReadonlyMap<string, number>): readonly Problem[] {
  return [...unmatchable].map(([ecosystem, count]) => ({
    severity: 'warning',
    file: '',
    message: `${count} components of ${ecosystem} are kept, but not matched: versions of that ecosystem cannot be compared yet`,
  }));
}
