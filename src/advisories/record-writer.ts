import { hash } from 'node:crypto';
import type { Advisory } from '../domain/advisory.ts';
import type { FeedRecord } from '../ports/feed.ts';
import type { ChangeLog } from './change-log.ts';
import { chosenVariant } from './chosen-variant.ts';
import { packageKey } from './package-key.ts';
import { SortedWrites } from './sorted-writes.ts';
import {
  detailsKey,
  entryKey,
  type PackageEntry,
  packAdvisory,
  type RecordVariant,
  row,
  type StoredThreats,
  type Tables,
  unpackAdvisory,
} from './tables.ts';
import type { ThreatPart } from './threat-join.ts';

const ROWS_PER_TRANSACTION = 20_000;

/** What became of the records of a sync. */
export interface Changes {
  added: number;
  changed: number;
  removed: number;
}

type ThreatRecord = FeedRecord & { kind: 'threat' };

/**
 * Writes records into the tables, touching only what differs from what is there. All methods that
 * put or remove must be called inside a write transaction.
 *
 * Package entries and texts, the bulk of the index, are collected and written by `flush` in the
 * order of their keys.
 */
export class RecordWriter implements Disposable {
  readonly changes: Changes = { added: 0, changed: 0, removed: 0 };
  /** Whether any record's ids or withdrawal changed, so that clusters must be made again. */
  advisoriesChanged = false;
  readonly #tables: Tables;
  readonly #log: ChangeLog;
  readonly #entries: SortedWrites;
  readonly #details: SortedWrites;
  /** Records whose entries must come from a text that may not be written yet. */
  readonly #unsettled = new Set<string>();

  /** @param scratch beginning of the names of temporary files. */
  constructor(tables: Tables, scratch: string, log: ChangeLog) {
    this.#tables = tables;
    this.#log = log;
    this.#entries = new SortedWrites(`${scratch}.entries`);
    this.#details = new SortedWrites(`${scratch}.details`);
  }

  /** Writes what was collected. Outside a transaction. */
  async flush(relieve: () => Promise<void>): Promise<void> {
    await this.#write(this.#details, relieve, (key, value) => {
      if (value === undefined) this.#tables.details.removeSync(key);
      else this.#tables.details.putSync(key, value);
    });
    for (const id of this.#unsettled) {
      const chosen = chosenVariant(row<RecordVariant[]>(this.#tables.records, id) ?? []);
      const packed =
        chosen === undefined ? undefined : this.#tables.details.get(detailsKey(id, chosen.unit));
      if (chosen?.withdrawn === false && packed !== undefined) {
        this.#putEntries(unpackAdvisory(packed));
      }
    }
    this.#unsettled.clear();
    await this.#write(this.#entries, relieve, (key, value) => {
      if (value === undefined) this.#tables.entries.removeSync(key);
      else this.#tables.entries.putSync(key, value.toString('utf8'));
    });
  }

  [Symbol.dispose](): void {
    this.#entries[Symbol.dispose]();
    this.#details[Symbol.dispose]();
  }

  putAdvisory(unit: number, advisory: Advisory, withdrawn: boolean): void {
    const json = JSON.stringify(advisory);
    const digest = hash('sha256', withdrawn ? `${json}withdrawn` : json, 'base64').slice(0, 16);
    const before = row<RecordVariant[]>(this.#tables.records, advisory.id) ?? [];
    const mine = before.find((variant) => variant.unit === unit);
    if (mine?.digest === digest) return;
    this.#details.put(detailsKey(advisory.id, unit), packAdvisory(json));
    const variant: RecordVariant = {
      unit,
      digest,
      modified: advisory.modified,
      withdrawn,
      aliases: advisory.aliases,
      packages: [
        ...new Set(advisory.affected.map((target) => packageKey(target.ecosystem, target.name))),
      ],
    };
    const after = [...before.filter((other) => other.unit !== unit), variant];
    this.#settle(advisory.id, before, after, { variant, advisory });
    if (before.length === 0) this.changes.added += 1;
    else this.changes.changed += 1;
  }

  removeAdvisory(unit: number, id: string): void {
    const before = row<RecordVariant[]>(this.#tables.records, id) ?? [];
    const after = before.filter((variant) => variant.unit !== unit);
    this.#details.remove(detailsKey(id, unit));
    this.#settle(id, before, after);
    if (after.length === 0) this.changes.removed += 1;
    else this.changes.changed += 1;
  }

  putThreat(unit: number, record: ThreatRecord): void {
    const { id, threat, severities, cwes } = record;
    const part: ThreatPart = {
      threat,
      ...(severities === undefined ? {} : { severities }),
      ...(cwes === undefined ? {} : { cwes }),
    };
    const stored = this.#tables.threats.get(id);
    const before = stored === undefined ? [] : (JSON.parse(stored) as StoredThreats);
    const after: StoredThreats = [...before.filter(([other]) => other !== unit), [unit, part]];
    const text = JSON.stringify(after.toSorted(([a], [b]) => a - b));
    if (text === stored) return;
    this.#log.threat(id, before, after);
    this.#tables.threats.putSync(id, text);
    if (before.some(([other]) => other === unit)) this.changes.changed += 1;
    else this.changes.added += 1;
  }

  removeThreat(unit: number, id: string): void {
    const before = row<StoredThreats>(this.#tables.threats, id) ?? [];
    const after = before.filter(([other]) => other !== unit);
    this.#log.threat(id, before, after);
    if (after.length === 0) this.#tables.threats.removeSync(id);
    else this.#tables.threats.putSync(id, JSON.stringify(after));
    this.changes.removed += 1;
  }

  /** Brings a record's package entries in line with the variant that counts now. */
  #settle(
    id: string,
    before: readonly RecordVariant[],
    after: readonly RecordVariant[],
    read?: { readonly variant: RecordVariant; readonly advisory: Advisory },
  ): void {
    if (after.length === 0) this.#tables.records.removeSync(id);
    else this.#tables.records.putSync(id, JSON.stringify(after));
    const old = chosenVariant(before);
    const chosen = chosenVariant(after);
    if (old?.digest === chosen?.digest) return;
    this.advisoriesChanged = true;
    if (this.#log.active && this.#saysOtherwise(id, old, chosen, read)) {
      this.#log.record(id, old?.packages);
    }
    for (const key of old === undefined || old.withdrawn ? [] : old.packages) {
      this.#entries.remove(entryKey(key, id));
    }
    if (chosen === undefined || chosen.withdrawn) return;
    if (read?.variant === chosen) this.#putEntries(read.advisory);
    else this.#unsettled.add(id);
  }

  /** Databases touch records for their texts and dates alone, and then nothing is to be matched. */
  #saysOtherwise(
    id: string,
    old: RecordVariant | undefined,
    chosen: RecordVariant | undefined,
    read?: { readonly variant: RecordVariant; readonly advisory: Advisory },
  ): boolean {
    if (old?.withdrawn !== false || chosen?.withdrawn !== false) return true;
    if (read?.variant !== chosen || old.packages.length !== chosen.packages.length) return true;
    // Of a record without packages there is no entry to compare, and it may fill others' gaps.
    if (chosen.packages.length === 0) return true;
    return [...entriesOf(read.advisory)].some(
      ([key, entry]) => this.#tables.entries.get(entryKey(key, id)) !== JSON.stringify(entry),
    );
  }

  #putEntries(advisory: Advisory): void {
    for (const [key, entry] of entriesOf(advisory)) {
      this.#entries.put(entryKey(key, advisory.id), Buffer.from(JSON.stringify(entry)));
    }
  }

  async #write(
    writes: SortedWrites,
    relieve: () => Promise<void>,
    write: (key: string, value: Buffer | undefined) => void,
  ): Promise<void> {
    const sorted = writes.drain();
    /** One transaction's worth; false when everything is written. */
    const writeSome = (): boolean => {
      for (let count = 0; count < ROWS_PER_TRANSACTION; count += 1) {
        const next = sorted.next();
        if (next.done === true) return false;
        write(...next.value);
      }
      return true;
    };
    while (this.#tables.environment.transactionSync(writeSome)) await relieve();
    await relieve();
  }
}

function entriesOf(advisory: Advisory): ReadonlyMap<string, PackageEntry> {
  const byPackage = Map.groupBy(advisory.affected, (target) =>
    packageKey(target.ecosystem, target.name),
  );
  return new Map(
    [...byPackage].map(([key, affected]): [string, PackageEntry] => [
      key,
      {
        summary: advisory.summary,
        published: advisory.published,
        severities: advisory.severities,
        ...(advisory.severityLabel === undefined ? {} : { severityLabel: advisory.severityLabel }),
        cwes: advisory.cwes,
        affected,
      },
    ]),
  );
}
