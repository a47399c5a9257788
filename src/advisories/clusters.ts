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
export function clusterRecords(records: readonly RecordIds[]): readonly Cluster[] {
  const live = records.filter((record) => !record.withdrawn).toSorted(byClaims);
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

  const groups = new Map<number, { ids: string[]; records: Set<string> }>();
  for (const [id, root] of union.ids()) {
    let group = groups.get(root);
    if (group === undefined) groups.set(root, (group = { ids: [], records: new Set() }));
    group.ids.push(id);
  }
  for (const record of live) {
    for (const id of [record.id, ...record.aliases]) {
      // Rule 3: a refused link leaves an alias in another group.
      if (id !== record.id && isGhsa(record.id) && !isCve(id)) continue;
      groups.get(union.rootOf(id))?.records.add(record.id);
    }
  }
  const withdrawn = records.filter((record) => record.withdrawn);
  const alone: Cluster[] = [];
  for (const record of withdrawn.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const roots = new Set(
      [record.id, ...record.aliases].filter((id) => union.knows(id)).map((id) => union.rootOf(id)),
    );
    const [root, ...others] = roots;
    const group = root === undefined || others.length > 0 ? undefined : groups.get(root);
    if (group === undefined) {
      if (!union.knows(record.id)) alone.push(withdrawnCluster(record));
    } else if (!union.knows(record.id)) {
      group.ids.push(record.id);
    }
  }
  return [...[...groups.values()].map((group) => clusterOf(group, union)), ...alone];
}

function clusterOf(
  group: { readonly ids: readonly string[]; readonly records: ReadonlySet<string> },
  union: Union,
): Cluster {
  const primary =
    group.ids.length === 1 && group.ids[0] !== undefined
      ? group.ids[0]
      : primaryId(group.ids, (id) => union.hasRecord(id));
  return {
    primary,
    aliases: group.ids.filter((id) => id !== primary).sort(),
    records: [...group.records].sort(),
    withdrawn: false,
  };
}

/** Its aliases are not claimed: they may well belong to a record that is alive, or come back. */
function withdrawnCluster(record: RecordIds): Cluster {
  return { primary: record.id, aliases: [], records: [record.id], withdrawn: true };
}

/** Records that claim few vulnerabilities know best which one they mean. */
function byClaims(a: RecordIds, b: RecordIds): number {
  return claims(a) - claims(b) || (a.id < b.id ? -1 : Number(a.id > b.id));
}

function claims(record: RecordIds): number {
  return [record.id, ...record.aliases].filter((id) => isCve(id) || isGhsa(id)).length;
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
