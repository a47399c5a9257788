import { isCve, isGhsa, primaryId } from './identity.ts';

/** What clustering needs to know of one record. */
export interface RecordIds {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly withdrawn: boolean;
}

/** One vulnerability: all ids that mean it, and the records that tell it. */
export interface Cluster {
  readonly primary: string;
  /** Every id but the primary, sorted. */
  readonly aliases: readonly string[];
  /** Ids of records that speak of it, sorted; withdrawn ones only when there is no other. */
  readonly records: readonly string[];
  readonly withdrawn: boolean;
}

/**
 * Merges records into vulnerabilities by their aliases (not `related`), the same whatever order
 * they come in.
 *
 * A plain union over aliases swallows: databases write records that cover several vulnerabilities
 * (a Go report with two CVEs and two GHSAs), and one wrong alias chains strangers together. So:
 *
 * 1. A GHSA record that names exactly one CVE is that CVE. Two GHSAs for one CVE are one.
 * 2. The other links follow, records that claim the fewest CVEs and GHSAs first. A link is refused
 *    when both sides already hold a record and both hold a CVE, or both hold a GHSA: two GHSAs that
 *    share no CVE stay apart, however long the chain between them.
 * 3. A record whose link was refused speaks of *each* of the vulnerabilities it names, so nothing
 *    it says is lost; a GHSA does so through CVEs only.
 * 4. Withdrawn records never link others: one joins the vulnerability its ids point to when that is
 *    exactly one, and otherwise stays by itself.
 */
export function* clusterRecords(records: readonly RecordIds[]): Generator<Cluster> {
  const live = byClaims(records.filter((record) => !record.withdrawn));
  const union = new Union();
  const linked = live.filter((record) => record.aliases.length > 0);
  for (const record of live) union.addRecord(record.id);
  for (const record of linked) {
    const cves = record.aliases.filter(isCve);
    if (isGhsa(record.id) && cves.length === 1 && cves[0] !== undefined) {
      union.merge(record.id, cves[0]);
    }
  }
  for (const record of linked) {
    for (const alias of record.aliases) {
      if (!union.wouldSwallow(record.id, alias)) union.merge(record.id, alias);
    }
  }

  // Ids and records by group, as one list each: a group of its own per set would cost more memory
  // than the rest of a build.
  const members = new Grouped(union.ids());
  const told = new Grouped(speakers(live, union));
  for (const record of records.filter((each) => each.withdrawn).toSorted(byId)) {
    if (union.knows(record.id)) continue;
    const roots = new Set(
      record.aliases.filter((id) => union.knows(id)).map((id) => union.rootOf(id)),
    );
    const [root, ...others] = roots;
    if (root === undefined || others.length > 0) yield withdrawnCluster(record);
    else members.add(record.id, root);
  }
  for (const [root, ids] of members.groups()) {
    const primary = primaryOf(ids, union);
    yield {
      primary,
      aliases: ids.filter((id) => id !== primary).sort(),
      records: [...new Set(told.of(root))].sort(),
      withdrawn: false,
    };
  }
}

/** Which records speak of which group: their own, and those a refused link left their aliases in. */
function* speakers(live: readonly RecordIds[], union: Union): Generator<[string, number]> {
  for (const record of live) {
    yield [record.id, union.rootOf(record.id)];
    for (const id of record.aliases) {
      if (isGhsa(record.id) && !isCve(id)) continue;
      yield [record.id, union.rootOf(id)];
    }
  }
}

function primaryOf(ids: readonly string[], union: Union): string {
  const [only] = ids;
  return ids.length === 1 && only !== undefined
    ? only
    : primaryId(ids, (id) => union.hasRecord(id));
}

/** Its aliases are not claimed: they may well belong to a record that is alive, or come back. */
function withdrawnCluster(record: RecordIds): Cluster {
  return { primary: record.id, aliases: [], records: [record.id], withdrawn: true };
}

/** Records that claim few vulnerabilities first: they know best which one they mean. */
function byClaims(records: readonly RecordIds[]): RecordIds[] {
  return records
    .map((record) => ({ record, claims: claimsOf(record) }))
    .sort((a, b) => a.claims - b.claims || (a.record.id < b.record.id ? -1 : 1))
    .map(({ record }) => record);
}

function claimsOf(record: RecordIds): number {
  return [record.id, ...record.aliases].filter((id) => isCve(id) || isGhsa(id)).length;
}

function byId(a: RecordIds, b: RecordIds): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

/** Ids in groups by number. */
class Grouped {
  readonly #ids: string[] = [];
  readonly #groups: number[] = [];
  #order: Uint32Array | undefined;

  constructor(pairs: Iterable<readonly [id: string, group: number]>) {
    for (const [id, group] of pairs) this.add(id, group);
  }

  add(id: string, group: number): void {
    this.#ids.push(id);
    this.#groups.push(group);
    this.#order = undefined;
  }

  *groups(): Generator<[group: number, ids: string[]]> {
    const order = this.#sorted();
    for (let from = 0; from < order.length; ) {
      const group = this.#groupAt(from);
      const ids: string[] = [];
      for (; from < order.length && this.#groupAt(from) === group; from += 1) {
        ids.push(this.#ids[order[from] ?? 0] ?? '');
      }
      yield [group, ids];
    }
  }

  of(group: number): string[] {
    const order = this.#sorted();
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#groupAt(middle) < group) low = middle + 1;
      else high = middle;
    }
    const ids: string[] = [];
    for (; low < order.length && this.#groupAt(low) === group; low += 1) {
      ids.push(this.#ids[order[low] ?? 0] ?? '');
    }
    return ids;
  }

  #groupAt(position: number): number {
    return this.#groups[this.#sorted()[position] ?? 0] ?? 0;
  }

  /** Positions by group. */
  #sorted(): Uint32Array {
    if (this.#order === undefined) {
      const groups = this.#groups;
      this.#order = Uint32Array.from(groups.keys()).sort(
        (a, b) => (groups[a] ?? 0) - (groups[b] ?? 0),
      );
    }
    return this.#order;
  }
}

const HAS_CVE = 1;
const HAS_GHSA = 2;
const HAS_RECORD = 4;

/** Disjoint sets of ids with what each set holds; numbers instead of objects for 10⁶ ids. */
class Union {
  readonly #numbers = new Map<string, number>();
  readonly #parents: number[] = [];
  /** Per root: what its set holds, as bits. */
  readonly #holds: number[] = [];
  readonly #recorded = new Set<number>();

  addRecord(id: string): void {
    const number = this.#numberOf(id);
    this.#recorded.add(number);
    this.#holds[number] = (this.#holds[number] ?? 0) | HAS_RECORD;
  }

  merge(a: string, b: string): void {
    const from = this.#find(this.#numberOf(b));
    const into = this.#find(this.#numberOf(a));
    if (from === into) return;
    this.#parents[from] = into;
    this.#holds[into] = (this.#holds[into] ?? 0) | (this.#holds[from] ?? 0);
  }

  wouldSwallow(a: string, b: string): boolean {
    const left = this.#find(this.#numberOf(a));
    const right = this.#find(this.#numberOf(b));
    if (left === right) return false;
    const both = (this.#holds[left] ?? 0) & (this.#holds[right] ?? 0);
    return (both & HAS_RECORD) !== 0 && (both & (HAS_CVE | HAS_GHSA)) !== 0;
  }

  knows(id: string): boolean {
    return this.#numbers.has(id);
  }

  hasRecord(id: string): boolean {
    const number = this.#numbers.get(id);
    return number !== undefined && this.#recorded.has(number);
  }

  rootOf(id: string): number {
    return this.#find(this.#numberOf(id));
  }

  *ids(): Generator<[string, number]> {
    for (const [id, number] of this.#numbers) yield [id, this.#find(number)];
  }

  #numberOf(id: string): number {
    let number = this.#numbers.get(id);
    if (number === undefined) {
      number = this.#parents.length;
      this.#numbers.set(id, number);
      this.#parents.push(number);
      this.#holds.push((isCve(id) ? HAS_CVE : 0) | (isGhsa(id) ? HAS_GHSA : 0));
    }
    return number;
  }

  #find(number: number): number {
    let root = number;
    for (
      let parent = this.#parents[root] ?? root;
      parent !== root;
      parent = this.#parents[root] ?? root
    ) {
      root = parent;
    }
    // Path compression keeps later look-ups short.
    let walk = number;
    while (walk !== root) {
      const next = this.#parents[walk] ?? root;
      this.#parents[walk] = root;
      walk = next;
    }
    return root;
  }
}
