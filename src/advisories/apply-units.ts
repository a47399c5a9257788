import type { FeedRecord } from '../ports/feed.ts';
import { ChangeLog } from './change-log.ts';
import { indexVersion, writeEntry } from './journal.ts';
import { inTransactions, recluster } from './recluster.ts';
import { type Changes, RecordWriter } from './record-writer.ts';
import { type IndexState, readState, type UnitState } from './state.ts';
import { INDEX_FORMAT, type RecordVariant, type StoredThreats, type Tables } from './tables.ts';

const RECORDS_PER_TRANSACTION = 1_000;
const RECORDS_BETWEEN_RELIEF = 20_000;

/** A file whose content is to be in the index, with the way to read it. */
export interface Unit extends Omit<UnitState, 'number' | 'records' | 'asOf'> {
  readonly read: () => AsyncIterable<FeedRecord>;
}

/** A unit's own reader failed; the index itself is fine. */
export class UnitFailure extends Error {
  readonly unit: string;

  constructor(unit: string, cause: unknown) {
    super(`${unit} could not be read`, { cause });
    this.unit = unit;
  }
}

export interface Delta {
  /** Read these; units of the same name are replaced. */
  readonly apply: readonly Unit[];
  /** Drop the records of these, by name. */
  readonly remove: readonly string[];
}

/** Ids a unit still has; absent for a unit that goes altogether. */
type Seen = ReadonlyMap<number, ReadonlySet<string> | undefined>;

/**
 * Brings the tables from the state they are in to the state the delta asks for. The result does not
 * depend on what was there before: a changed index equals one built from nothing.
 *
 * @throws UnitFailure; the tables are then half-written and must be thrown away.
 */
export async function applyDelta(
  tables: Tables,
  delta: Delta,
  options: {
    readonly progress: (unit: string, records: number) => void;
    /** Beginning of the names of temporary files. */
    readonly scratch: string;
    /** Lets go of memory; called now and then, outside any transaction. */
    readonly relieve: () => Promise<void>;
  },
): Promise<Changes> {
  const log = new ChangeLog(readState(tables).units.length > 0);
  const writer = new RecordWriter(tables, options.scratch, log);
  try {
    return await applyWith(writer, log, tables, delta, options);
  } finally {
    writer[Symbol.dispose]();
  }
}

async function applyWith(
  writer: RecordWriter,
  log: ChangeLog,
  tables: Tables,
  delta: Delta,
  options: Parameters<typeof applyDelta>[2],
): Promise<Changes> {
  const old = readState(tables);
  const units = new Map(old.units.map((unit) => [unit.name, unit]));
  const seen = new Map<number, ReadonlySet<string> | undefined>();
  for (const name of delta.remove) {
    const unit = units.get(name);
    if (unit === undefined) continue;
    units.delete(name);
    seen.set(unit.number, undefined);
  }
  let highest = Math.max(0, ...old.units.map((unit) => unit.number));
  for (const unit of delta.apply) {
    const before = units.get(unit.name);
    const number = before?.number ?? ++highest;
    const known = before === undefined ? undefined : new Set<string>();
    units.set(unit.name, await applyUnit(tables, writer, unit, number, known, options));
    if (known !== undefined) seen.set(number, known);
  }
  if (seen.size > 0) removeUnseen(tables, writer, seen);
  await options.relieve();
  await writer.flush(options.relieve);
  if (writer.advisoriesChanged) await recluster(tables, options.relieve, log);
  const state: IndexState = { format: INDEX_FORMAT, units: [...units.values()] };
  await tables.meta.put('state', JSON.stringify(state));
  const [from, to] = [indexVersion(old.units), indexVersion(state.units)];
  if (old.units.length > 0 && from !== to) {
    await writeEntry(tables, { from, to, touched: log.touched(tables) });
  }
  return writer.changes;
}

async function applyUnit(
  tables: Tables,
  writer: RecordWriter,
  unit: Unit,
  number: number,
  seen: Set<string> | undefined,
  { progress, relieve }: Parameters<typeof applyDelta>[2],
): Promise<UnitState> {
  let asOf = '';
  let count = 0;
  let batch: FeedRecord[] = [];
  const flush = () => {
    const records = batch;
    batch = [];
    tables.environment.transactionSync(() => {
      for (const record of records) {
        if (record.kind === 'threat') writer.putThreat(number, record);
        else writer.putAdvisory(number, record.advisory, record.withdrawn);
      }
    });
    progress(unit.name, count);
  };
  for await (const record of guarded(unit)) {
    count += 1;
    const date = record.kind === 'threat' ? (record.asOf ?? '') : record.advisory.modified;
    if (date > asOf) asOf = date;
    seen?.add(seenKey(record.kind, record.kind === 'threat' ? record.id : record.advisory.id));
    batch.push(record);
    if (batch.length < RECORDS_PER_TRANSACTION) continue;
    flush();
    if (count % RECORDS_BETWEEN_RELIEF === 0) await relieve();
  }
  flush();
  const { read: _, ...described } = unit;
  return { ...described, number, asOf, records: count };
}

/** Tells the reader's failures from those of the index. */
async function* guarded(unit: Unit): AsyncGenerator<FeedRecord> {
  const records = unit.read()[Symbol.asyncIterator]();
  try {
    for (;;) {
      let next: IteratorResult<FeedRecord>;
      try {
        next = await records.next();
      } catch (error) {
        throw new UnitFailure(unit.name, error);
      }
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await records.return?.();
  }
}

/** Removes what changed units no longer have, and everything of units that are gone. */
function removeUnseen(tables: Tables, writer: RecordWriter, seen: Seen): void {
  const isGone = (unit: number, key: string) => seen.has(unit) && !seen.get(unit)?.has(key);
  const advisories: [number, string][] = [];
  for (const { key, value } of tables.records.getRange({ snapshot: false })) {
    for (const { unit } of JSON.parse(value) as RecordVariant[]) {
      if (isGone(unit, seenKey('advisory', key))) advisories.push([unit, key]);
    }
  }
  const threats: [number, string][] = [];
  for (const { key, value } of tables.threats.getRange({ snapshot: false })) {
    for (const [unit] of JSON.parse(value) as StoredThreats) {
      if (isGone(unit, seenKey('threat', key))) threats.push([unit, key]);
    }
  }
  inTransactions(tables, advisories, ([unit, id]) => writer.removeAdvisory(unit, id));
  inTransactions(tables, threats, ([unit, id]) => writer.removeThreat(unit, id));
}

function seenKey(kind: FeedRecord['kind'], id: string): string {
  return kind === 'threat' ? `\t${id}` : id;
}
