import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { Advisory, AffectedPackage } from '../domain/advisory.ts';
import type { ThreatPart } from './threat-join.ts';

/** Raised whenever stored values change shape; another format is built anew by the next sync. */
export const INDEX_FORMAT = 1;

/**
 * Address space reserved for the map. LMDB would otherwise grow its map by mapping the file again
 * beside the old map, and the process would count every page twice.
 */
const MAP_BYTES = 32 * 1024 ** 3;

/** Look-ups are scattered; reading ahead would fetch what nobody asked for. Not in lmdb's types. */
const RANDOM_ACCESS = { noReadAhead: true };

/** One file's version of a record, as far as building needs it without the text. */
export interface RecordVariant {
  /** Number of the unit (file) it comes from. */
  readonly unit: number;
  /** Digest of the whole record: equal means that nothing is to be done. */
  readonly digest: string;
  readonly modified: string;
  readonly withdrawn: boolean;
  readonly aliases: readonly string[];
  /** Keys of the packages it speaks of, see `packageKey`. */
  readonly packages: readonly string[];
}

/** What a record says about one package: the hot path reads these and nothing larger. */
export interface PackageEntry {
  readonly summary: string;
  readonly published: string;
  readonly severities: Advisory['severities'];
  readonly severityLabel?: NonNullable<Advisory['severityLabel']>;
  readonly cwes: readonly string[];
  readonly affected: readonly AffectedPackage[];
}

/** The row of `clusters`; clusters of one id have none. */
export interface ClusterRow {
  readonly aliases: readonly string[];
  readonly records: readonly string[];
  readonly withdrawn?: true;
}

/**
 * The tables of the index. Values are JSON text: fast enough (bench/advisories.ts), readable with
 * any LMDB tool, and equal content is equal bytes.
 */
export interface Tables {
  readonly environment: RootDatabase<string, string>;
  /** `state` → IndexState. */
  readonly meta: Database<string, string>;
  /** Record id → RecordVariant[], one per file that has it. */
  readonly records: Database<string, string>;
  /** Record id, tab, unit → Advisory, deflated. */
  readonly details: Database<Buffer, string>;
  /** Package key, tab, record id → PackageEntry. */
  readonly entries: Database<string, string>;
  /** Primary id → ClusterRow. */
  readonly clusters: Database<string, string>;
  /** Any id → primary ids it stands for, home first; absent when it is its own. */
  readonly ids: Database<string, string>;
  /** Id → [unit, ThreatPart][], one per file. */
  readonly threats: Database<string, string>;
}

export function openTables(path: string, mode: 'read' | 'write'): Tables {
  const environment = open<string, string>(path, {
    encoding: 'string',
    maxDbs: 8,
    ...RANDOM_ACCESS,
    ...(mode === 'read'
      ? { readOnly: true }
      : { noSync: true, overlappingSync: false, noMemInit: true, mapSize: MAP_BYTES }),
  });
  const text = (name: string) => environment.openDB<string, string>(name, { encoding: 'string' });
  return {
    environment,
    meta: text('meta'),
    records: text('records'),
    details: environment.openDB<Buffer, string>('details', { encoding: 'binary' }),
    entries: text('entries'),
    clusters: text('clusters'),
    ids: text('ids'),
    threats: text('threats'),
  };
}

/**
 * Closes and opens the tables again, in place. The pages of a memory map stay in the process's
 * memory once they were touched, and writing touches all of them; this lets go of them.
 */
export async function reopenForWriting(tables: Tables, path: string): Promise<void> {
  await tables.environment.close();
  Object.assign(tables, openTables(path, 'write'));
}

/** Reads a JSON row; rows are only ever written by this module's users, so they are trusted. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows the table's rows
export function row<T>(table: Database<string, string>, key: string): T | undefined {
  const text = table.get(key);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

export function detailsKey(id: string, unit: number): string {
  return `${id}\t${unit}`;
}

export function entryKey(packageKey: string, id: string): string {
  return `${packageKey}\t${id}`;
}

/** The range of all keys that begin with `prefix` and a tab. */
export function rangeBelow(prefix: string): { start: string; end: string } {
  return { start: `${prefix}\t`, end: `${prefix}\n` };
}

/**
 * Copied out of zlib's output chunk, which is many times larger than a packed record and would be
 * kept alive by it.
 */
export function packAdvisory(json: string): Buffer {
  return Buffer.from(deflateRawSync(json, { level: 1, chunkSize: 4096, memLevel: 7 }));
}

export function unpackAdvisory(packed: Buffer): Advisory {
  return JSON.parse(inflateRawSync(packed).toString('utf8')) as Advisory;
}

export type StoredThreats = readonly (readonly [unit: number, part: ThreatPart])[];
