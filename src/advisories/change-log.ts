import { chosenVariant } from './chosen-variant.ts';
import {
  type ClusterRow,
  type RecordVariant,
  row,
  type StoredThreats,
  type Tables,
} from './tables.ts';

/**
 * What a build touched: package keys with the ids of the records whose word on them may be another
 * now, and ids whose threat changed.
 */
export type Touched =
  | 'everything'
  | {
      readonly packages: readonly (readonly [key: string, ids: readonly string[]])[];
      readonly threats: readonly string[];
    };

/** More than this and looking at everything costs less than looking at each. */
const MAX_TOUCHED = 20_000;

/** Collects what a build touches; nothing while the index is built from nothing. */
export class ChangeLog {
  /** Record ids with the packages that they spoke of before. */
  readonly #records = new Map<string, Set<string>>();
  readonly #threats = new Set<string>();
  #active: boolean;

  constructor(active: boolean) {
    this.#active = active;
  }

  /** Whether it is worth to find out what changed. */
  get active(): boolean {
    return this.#active;
  }

  /** @param packages keys of packages it spoke of before */
  record(id: string, packages: readonly string[] = []): void {
    if (!this.#active) return;
    const known = this.#records.get(id);
    if (known === undefined) this.#records.set(id, new Set(packages));
    else for (const key of packages) known.add(key);
    this.#bound();
  }

  /**
   * EPSS moves for nearly all ids every day: what it does to risk is left to the daily look at
   * everything.
   */
  threat(id: string, before: StoredThreats, after: StoredThreats): void {
    if (!this.#active || withoutEpss(before) === withoutEpss(after)) return;
    this.#threats.add(id);
    this.#bound();
  }

  /** A vulnerability is told by other records, or goes by other ids than before. */
  cluster(before: string | undefined, after: string | undefined): void {
    if (!this.#active) return;
    for (const text of [before, after]) {
      if (text === undefined) continue;
      for (const id of (JSON.parse(text) as ClusterRow).records) this.record(id);
    }
  }

  /** Call it when the tables are as they will be. */
  touched(tables: Tables): Touched {
    if (!this.#active) return 'everything';
    const packages = new Map<string, Set<string>>();
    let places = 0;
    for (const [id, before] of this.#records) {
      // Records of one vulnerability fill each other's gaps (severity, weaknesses).
      const affected = [id, ...siblings(tables, id)].flatMap((each) => packagesOf(tables, each));
      for (const key of [...before, ...affected]) {
        const ids = packages.get(key) ?? new Set();
        packages.set(key, ids.add(id));
      }
    }
    for (const ids of packages.values()) places += ids.size;
    if (places > MAX_TOUCHED) return 'everything';
    return {
      packages: [...packages].map(([key, ids]) => [key, [...ids]]),
      threats: [...this.#threats].filter((id) => isKnown(tables, id)),
    };
  }

  #bound(): void {
    if (this.#records.size + this.#threats.size <= MAX_TOUCHED) return;
    this.#active = false;
    this.#records.clear();
    this.#threats.clear();
  }
}

function packagesOf(tables: Tables, id: string): readonly string[] {
  return chosenVariant(row<RecordVariant[]>(tables.records, id) ?? [])?.packages ?? [];
}

function siblings(tables: Tables, id: string): readonly string[] {
  const primaries = row<string[]>(tables.ids, id) ?? [id];
  return primaries.flatMap((primary) => row<ClusterRow>(tables.clusters, primary)?.records ?? []);
}

/** Whether any advisory goes by this id; most CVEs are about nothing that is in the index. */
function isKnown({ records, clusters, ids }: Tables, id: string): boolean {
  return [records, clusters, ids].some((table) => table.get(id) !== undefined);
}

function withoutEpss(threats: StoredThreats): string {
  return threats
    .map(([, part]) =>
      JSON.stringify(part, (key, value: unknown) => (key === 'epss' ? undefined : value)),
    )
    .filter((part) => part !== '{"threat":{}}')
    .join('\n');
}
