import { hash } from 'node:crypto';
import type { AdvisoryChanges } from '../ports/advisory-index.ts';
import type { Touched } from './change-log.ts';
import type { UnitState } from './state.ts';
import { INDEX_FORMAT, type Tables } from './tables.ts';

/** A consumer that is further behind than this looks at everything. */
const MAX_ENTRIES = 200;

/** Over all entries, so that the journal stays a small part of the index: some 10 MB of text. */
const MAX_PLACES = 100_000;

const PREFIX = 'journal/';

/** What one build changed, as stored in `meta`. */
interface JournalEntry {
  /** Versions of the index before and after. */
  readonly from: string;
  readonly to: string;
  readonly touched: Touched;
}

/**
 * Names what an index says: equal for indexes that hold the same files, wherever and in whatever
 * order they were built, because what an index says depends on its files alone.
 */
export function indexVersion(units: readonly Pick<UnitState, 'name' | 'digest'>[]): string {
  const files = units.map(({ name, digest }) => JSON.stringify([name, digest])).sort();
  return hash('sha256', JSON.stringify([INDEX_FORMAT, files])).slice(0, 32);
}

/** Adds what a build changed, and lets go of entries that are too old. */
export async function writeEntry(tables: Tables, entry: JournalEntry): Promise<void> {
  const keys = [...tables.meta.getKeys({ start: PREFIX, end: `${PREFIX}~` })];
  const last = Number(keys.at(-1)?.slice(PREFIX.length) ?? 0);
  await tables.meta.put(`${PREFIX}${String(last + 1).padStart(12, '0')}`, JSON.stringify(entry));
  let places = 0;
  const entries = readEntries(tables).toReversed();
  for (const [at, { key, touched }] of entries.entries()) {
    places += touched === 'everything' ? 0 : placesOf(touched);
    if (at >= MAX_ENTRIES || places > MAX_PLACES) await tables.meta.remove(key);
  }
}

/** What the index in use says otherwise than the version that is given. */
export function changesBetween(tables: Tables, since: string, now: string): AdvisoryChanges {
  if (since === now) return { everything: false, packages: [], threats: [] };
  const entries = readEntries(tables);
  const start = entries.findLastIndex(({ from }) => from === since);
  const way = start === -1 ? [] : entries.slice(start);
  // The way must lead from there to here, without a step that was not written down.
  const whole = way.every((entry, at) => entry.to === (way[at + 1]?.from ?? now));
  if (way.length === 0 || !whole) return { everything: true };
  const packages = new Map<string, Set<string>>();
  const threats = new Set<string>();
  for (const { touched } of way) {
    if (touched === 'everything') return { everything: true };
    for (const [key, ids] of touched.packages) {
      packages.set(key, new Set([...(packages.get(key) ?? []), ...ids]));
    }
    for (const id of touched.threats) threats.add(id);
  }
  return {
    everything: false,
    packages: [...packages].map(([key, advisories]) => {
      const [ecosystem = '', name = ''] = key.split('\t');
      return { ecosystem, name, advisories: [...advisories].sort() };
    }),
    threats: [...threats].sort(),
  };
}

/** Oldest first. */
function readEntries(tables: Tables): readonly (JournalEntry & { readonly key: string })[] {
  const rows = tables.meta.getRange({ start: PREFIX, end: `${PREFIX}~` });
  return [...rows].map(({ key, value }) => ({ key, ...(JSON.parse(value) as JournalEntry) }));
}

function placesOf(touched: Exclude<Touched, 'everything'>): number {
  return touched.threats.length + touched.packages.reduce((sum, [, ids]) => sum + ids.length, 0);
}
