import { hash } from 'node:crypto';
import type { Advisory } from '../domain/advisory.ts';
import type { FeedRecord } from '../ports/feed.ts';
import { packageKey } from './package-key.ts';
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

/** What became of the records of a sync. */
export interface Changes {
  added: number;
  changed: number;
  removed: number;
}

type ThreatRecord = FeedRecord & { kind: 'threat' };

/** Of one record told by several files the newest counts; content decides between equals. */
export function chosenVariant(variants: readonly RecordVariant[]): RecordVariant | undefined {
  return variants.toSorted(
    (a, b) => compare(b.modified, a.modified) || compare(a.digest, b.digest) || a.unit - b.unit,
  )[0];
}

/**
 * Writes records into the tables, touching only what differs from what is there. All methods must
 * be called inside a write transaction.
 */
export class RecordWriter {
  readonly changes: Changes = { added: 0, changed: 0, removed: 0 };
  /** Whether any record's ids or withdrawal changed, so that clusters must be made again. */
  advisoriesChanged = false;
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  putAdvisory(unit: number, advisory: Advisory, withdrawn: boolean): void {
    const json = JSON.stringify(advisory);
    const digest = hash('sha256', withdrawn ? `${json}withdrawn` : json, 'base64').slice(0, 16);
    const before = row<RecordVariant[]>(this.#tables.records, advisory.id) ?? [];
    const mine = before.find((variant) => variant.unit === unit);
    if (mine?.digest === digest) return;
    this.#tables.details.putSync(detailsKey(advisory.id, unit), packAdvisory(json));
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
    this.#tables.details.removeSync(detailsKey(id, unit));
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
    const after = [...before.filter(([other]) => other !== unit), [unit, part] as const];
    const text = JSON.stringify(after.sort(([a], [b]) => a - b));
    if (text === stored) return;
    this.#tables.threats.putSync(id, text);
    if (before.some(([other]) => other === unit)) this.changes.changed += 1;
    else this.changes.added += 1;
  }

  removeThreat(unit: number, id: string): void {
    const before = row<StoredThreats>(this.#tables.threats, id) ?? [];
    const after = before.filter(([other]) => other !== unit);
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
    for (const key of old === undefined || old.withdrawn ? [] : old.packages) {
      this.#tables.entries.removeSync(entryKey(key, id));
    }
    if (chosen === undefined || chosen.withdrawn) return;
    const advisory =
      read?.variant === chosen
        ? read.advisory
        : unpackAdvisory(this.#tables.details.get(detailsKey(id, chosen.unit)) ?? Buffer.alloc(0));
    for (const [key, entry] of entriesOf(advisory)) {
      this.#tables.entries.putSync(entryKey(key, id), JSON.stringify(entry));
    }
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

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
