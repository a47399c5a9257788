import type { Database } from 'lmdb';
import { type Cluster, clusterRecords, type RecordIds } from './clusters.ts';
import { chosenVariant } from './record-writer.ts';
import type { ClusterRow, RecordVariant, Tables } from './tables.ts';

const ROWS_PER_TRANSACTION = 20_000;

/**
 * Makes clusters from all records and writes the rows that differ. Always over everything: which
 * ids belong together can change far from the record that changed, and 300,000 records cluster in
 * about a second.
 */
export function recluster(tables: Tables): void {
  const records: RecordIds[] = [];
  for (const { key, value } of tables.records.getRange({ snapshot: false })) {
    const variant = chosenVariant(JSON.parse(value) as RecordVariant[]);
    if (variant === undefined) continue;
    records.push({ id: key, aliases: variant.aliases, withdrawn: variant.withdrawn });
  }
  const { clusters, ids } = rowsOf(clusterRecords(records));
  replaceRows(tables, tables.clusters, clusters);
  replaceRows(tables, tables.ids, ids);
}

function rowsOf(clusters: readonly Cluster[]): {
  clusters: Map<string, string>;
  ids: Map<string, string>;
} {
  const clusterRows = new Map<string, string>();
  const homes = new Map<string, string>();
  const visits = new Map<string, string[]>();
  for (const cluster of clusters) {
    const own = cluster.records.length === 1 && cluster.records[0] === cluster.primary;
    if (cluster.aliases.length > 0 || !own) {
      const row: ClusterRow = {
        aliases: cluster.aliases,
        records: cluster.records,
        ...(cluster.withdrawn ? { withdrawn: true } : {}),
      };
      clusterRows.set(cluster.primary, JSON.stringify(row));
    }
    if (cluster.aliases.length === 0 && own) continue;
    const members = new Set([cluster.primary, ...cluster.aliases]);
    for (const id of members) homes.set(id, cluster.primary);
    for (const id of cluster.records) {
      if (members.has(id)) continue;
      const list = visits.get(id);
      if (list === undefined) visits.set(id, [cluster.primary]);
      else list.push(cluster.primary);
    }
  }
  const ids = new Map<string, string>();
  for (const id of new Set([...homes.keys(), ...visits.keys()])) {
    const home = homes.get(id) ?? id;
    const others = visits.get(id)?.sort() ?? [];
    if (home !== id || others.length > 0) ids.set(id, JSON.stringify([home, ...others]));
  }
  return { clusters: clusterRows, ids };
}

/** Leaves the table with exactly these rows; rows that are there already are not written. */
function replaceRows(
  tables: Tables,
  table: Database<string, string>,
  rows: Map<string, string>,
): void {
  const gone: string[] = [];
  for (const { key, value } of table.getRange({ snapshot: false })) {
    const wanted = rows.get(key);
    if (wanted === value) rows.delete(key);
    else if (wanted === undefined) gone.push(key);
  }
  inTransactions(tables, gone, (key) => table.removeSync(key));
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  inTransactions(tables, sorted, ([key, value]) => table.putSync(key, value));
}

/** Transactions of bounded size: LMDB keeps the pages of an open one in memory. */
export function inTransactions<T>(
  tables: Tables,
  items: readonly T[],
  write: (item: T) => void,
): void {
  for (let from = 0; from < items.length; from += ROWS_PER_TRANSACTION) {
    tables.environment.transactionSync(() => {
      for (const item of items.slice(from, from + ROWS_PER_TRANSACTION)) write(item);
    });
  }
}
