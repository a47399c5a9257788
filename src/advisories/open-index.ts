import type { Advisory } from '../domain/advisory.ts';
import { SutureError } from '../domain/error.ts';
import type { JournalledIndex } from '../ports/advisory-index.ts';
import { chosenVariant } from './chosen-variant.ts';
import { compareIds } from './identity.ts';
import { changesBetween, indexVersion } from './journal.ts';
import { currentGeneration, indexFile, layoutOf, readChecked } from './layout.ts';
import { mergeRecords, packageAdvisory } from './merge.ts';
import { packageKey } from './package-key.ts';
import { feedStates, readState } from './state.ts';
import {
  type ClusterRow,
  detailsKey,
  INDEX_FORMAT,
  openTables,
  type PackageEntry,
  type RecordVariant,
  rangeBelow,
  row,
  type StoredThreats,
  type Tables,
  unpackAdvisory,
} from './tables.ts';
import type { ThreatPart } from './threat-join.ts';

/** A generation can be replaced and removed between reading its name and opening it. */
const ATTEMPTS = 5;

/**
 * Opens the index for reading. It needs no write access to the home, stays valid while a sync
 * replaces it, and reads pages as they are asked for.
 *
 * @throws SutureError `index-missing` before the first sync; `index-format` when another version of
 *   Suture wrote it.
 */
export function openIndex(home: string): JournalledIndex {
  const tables = openCurrent(home);
  const layout = layoutOf(home);
  const version = indexVersion(readState(tables).units);
  return {
    version,
    changesSince: (since) =>
      since === undefined ? { everything: true } : changesBetween(tables, since, version),
    affecting: (ecosystem, name) => affecting(tables, ecosystem, name),
    advisory: (id) => advisory(tables, id),
    feeds: () => feedStates(readState(tables).units, readChecked(layout)),
    close: () => tables.environment.close(),
  };
}

function openCurrent(home: string): Tables {
  const layout = layoutOf(home);
  let failure: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const generation = currentGeneration(layout);
    if (generation === undefined) continue;
    try {
      const tables = openTables(indexFile(layout, generation), 'read');
      if (readState(tables).format === INDEX_FORMAT) return tables;
      void tables.environment.close();
    } catch (error) {
      failure = error;
      continue;
    }
    throw otherFormat();
  }
  if (currentGeneration(layout) !== undefined) throw otherFormat(failure);
  throw new SutureError('index-missing', `there is no advisory index in ${home}`, {
    remedy: 'Run `suture sync`, or `suture sync --from DIR` where there is no network.',
  });
}

function otherFormat(cause?: unknown): SutureError {
  return new SutureError(
    'index-format',
    'the advisory index is damaged or was written by another version of Suture',
    { remedy: 'Run `suture sync` again: it builds a new one.', ...(cause ? { cause } : {}) },
  );
}

function affecting(tables: Tables, ecosystem: string, name: string) {
  const prefix = packageKey(ecosystem, name);
  const byPrimary = new Map<string, { record: string; entry: PackageEntry }[]>();
  for (const { key, value } of tables.entries.getRange(rangeBelow(prefix))) {
    const record = key.slice(prefix.length + 1);
    const entry = JSON.parse(value) as PackageEntry;
    for (const primary of primariesOf(tables, record)) {
      const list = byPrimary.get(primary);
      if (list === undefined) byPrimary.set(primary, [{ record, entry }]);
      else list.push({ record, entry });
    }
  }
  return [...byPrimary]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([primary, told]) => {
      const cluster = clusterOf(tables, primary);
      return packageAdvisory({
        primary,
        aliases: cluster.aliases,
        told: told.sort((a, b) => compareIds(a.record, b.record)),
        parts: [primary, ...cluster.aliases].map((id) => threatParts(tables, id)),
        others: () =>
          recordsOf(
            tables,
            cluster.records.filter((id) => !told.some(({ record }) => record === id)),
          ),
      });
    });
}

function advisory(tables: Tables, id: string): Advisory | undefined {
  const [primary = id] = primariesOf(tables, id);
  const cluster = clusterOf(tables, primary);
  const records = recordsOf(tables, cluster.records);
  if (records.length === 0) return undefined;
  const parts = [primary, ...cluster.aliases].flatMap((each) => threatParts(tables, each));
  return mergeRecords(primary, cluster.aliases, records, parts);
}

function primariesOf(tables: Tables, id: string): readonly string[] {
  return row<string[]>(tables.ids, id) ?? [id];
}

function clusterOf(tables: Tables, primary: string): ClusterRow {
  return row<ClusterRow>(tables.clusters, primary) ?? { aliases: [], records: [primary] };
}

/** Records in full, best-ranked first. */
function recordsOf(tables: Tables, ids: readonly string[]): Advisory[] {
  return ids.toSorted(compareIds).flatMap((id) => {
    const variant = chosenVariant(row<RecordVariant[]>(tables.records, id) ?? []);
    if (variant === undefined) return [];
    const packed = tables.details.get(detailsKey(id, variant.unit));
    if (packed === undefined) return [];
    const read = unpackAdvisory(packed);
    return [variant.withdrawn ? { ...read, withdrawn: true } : read];
  });
}

function threatParts(tables: Tables, id: string): ThreatPart[] {
  return (row<StoredThreats>(tables.threats, id) ?? []).map(([, part]) => part);
}
