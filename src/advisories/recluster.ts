import type { Database } from 'lmdb';
import type { ChangeLog } from './change-log.ts';
import { chosenVariant } from './chosen-variant.ts';
import { clusterRecords, type RecordIds } from './clusters.ts';
import type { ClusterRow, RecordVariant, Tables } from './tables.ts';

const ROWS_PER_TRANSACTION = 20_000;

/**
 * Makes clusters from all records and writes the rows that differ. Always over everything: which
 * ids belong together can change far from the record that changed, and 300,000 records cluster in
 * about a second.
 */
export async function recluster(
  tables: Tables,
  relieve: () => Promise<void>,
  log: ChangeLog,
): Promise<void> {
  const connected = connectedRecords(tables);
  await relieve();
  const clusters = new TableRewrite(tables, tables.clusters, (_, before, after) =>
    log.cluster(before, after),
  );
  const ids = new TableRewrite(tables, tables.ids, (id) => log.record(id));
  /** Records that speak of vulnerabilities besides their own. */
  const visits = new Map<string, string[]>();
  /** Where those that have visits and another primary id are at home. */
  const homes = new Map<string, string>();
  for (const { primary, aliases, records, withdrawn } of clusterRecords(connected)) {
    if (aliases.length === 0 && records.length === 1 && records[0] === primary) continue;
    const row: ClusterRow = { aliases, records, ...(withdrawn ? { withdrawn: true } : {}) };
    clusters.put(primary, JSON.stringify(row));
    for (const alias of aliases) {
      homes.set(alias, primary);
    }
    for (const id of records) {
      if (id === primary || aliases.includes(id)) continue;
      const list = visits.get(id);
      if (list === undefined) visits.set(id, [primary]);
      else list.push(primary);
    }
  }
  for (const [id, home] of homes) {
    const others = visits.get(id)?.sort() ?? [];
    visits.delete(id);
    ids.put(id, JSON.stringify([home, ...others]));
  }
  for (const [id, others] of visits) ids.put(id, JSON.stringify([id, ...others.sort()]));
  clusters.finish();
  ids.finish();
}

/**
 * Records that have to do with others. Most (all those of malicious packages) have no alias and are
 * nobody's, so that their cluster is themselves and needs no row and no memory.
 */
function connectedRecords(tables: Tables): RecordIds[] {
  const connected: RecordIds[] = [];
  const alone: string[] = [];
  const mentioned = new Set<string>();
  for (const { key, value } of tables.records.getRange({ snapshot: false })) {
    if (isAlone(value)) {
      alone.push(key);
      continue;
    }
    const variant = chosenVariant(JSON.parse(value) as RecordVariant[]);
    if (variant === undefined) continue;
    const { aliases, withdrawn } = variant;
    connected.push({ id: key, aliases, withdrawn });
    for (const alias of aliases) mentioned.add(alias);
  }
  for (const id of alone) {
    if (mentioned.has(id)) connected.push({ id, aliases: [], withdrawn: false });
  }
  return connected;
}

/** Whether a row holds one live variant without aliases; told from its text, which costs less. */
function isAlone(row: string): boolean {
  const first = row.indexOf('"aliases":[');
  return (
    row.startsWith('"aliases":[]', first) &&
    row.indexOf('"aliases":[', first + 1) === -1 &&
    !row.includes('"withdrawn":true')
  );
}

/** Told of each row that is written or removed; `undefined` is none. */
type RowChanged = (key: string, before: string | undefined, after: string | undefined) => void;

/** Leaves a table with exactly the rows that are put; those that are there already stay untouched. */
class TableRewrite {
  readonly #tables: Tables;
  readonly #table: Database<string, string>;
  readonly #changed: RowChanged;
  readonly #wanted = new Set<string>();
  #pending: [string, string][] = [];

  constructor(tables: Tables, table: Database<string, string>, changed: RowChanged) {
    this.#tables = tables;
    this.#table = table;
    this.#changed = changed;
  }

  put(key: string, value: string): void {
    this.#wanted.add(key);
    this.#pending.push([key, value]);
    if (this.#pending.length >= ROWS_PER_TRANSACTION) this.#flush();
  }

  finish(): void {
    this.#flush();
    const gone: string[] = [];
    for (const key of this.#table.getKeys({ snapshot: false })) {
      if (this.#wanted.has(key)) continue;
      gone.push(key);
      this.#changed(key, this.#table.get(key), undefined);
    }
    inTransactions(this.#tables, gone, (key) => this.#table.removeSync(key));
  }

  #flush(): void {
    const rows = this.#pending.filter(([key, value]) => {
      const before = this.#table.get(key);
      if (before !== value) this.#changed(key, before, value);
      return before !== value;
    });
    this.#pending = [];
    inTransactions(this.#tables, rows, ([key, value]) => this.#table.putSync(key, value));
  }
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
