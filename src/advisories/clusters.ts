import { Grouped } from './grouped.ts';
import { IdUnion } from './id-union.ts';
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
 * 2. The other links follow, those to CVEs and GHSAs first, and among them those of records that
 *    name the fewest. A link is refused when both sides already hold a record and both hold a CVE,
 *    or both hold a GHSA: two GHSAs that share no CVE stay apart, however long the chain between.
 * 3. A record whose link was refused speaks of *each* of the vulnerabilities it names, so nothing
 *    it says is lost; a GHSA does so through CVEs only.
 * 4. Withdrawn records never link others: one joins the vulnerability its ids point to when that is
 *    exactly one, and otherwise stays by itself.
 */
export function* clusterRecords(records: readonly RecordIds[]): Generator<Cluster> {
  const live = byClaims(records.filter((record) => !record.withdrawn));
  const union = new IdUnion();
  const linked = live.filter((record) => record.aliases.length > 0);
  for (const record of live) union.addRecord(record.id);
  for (const record of linked) {
    const cves = record.aliases.filter(isCve);
    if (isGhsa(record.id) && cves.length === 1 && cves[0] !== undefined) {
      union.merge(record.id, cves[0]);
    }
  }
  // What a record says of CVEs and GHSAs before what it says of other databases' ids.
  for (const named of [namesVulnerability, (id: string) => !namesVulnerability(id)]) {
    for (const record of linked) {
      for (const alias of record.aliases.filter(named)) {
        if (!union.wouldSwallow(record.id, alias)) union.merge(record.id, alias);
      }
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
function* speakers(live: readonly RecordIds[], union: IdUnion): Generator<[string, number]> {
  for (const record of live) {
    yield [record.id, union.rootOf(record.id)];
    for (const id of record.aliases) {
      if (isGhsa(record.id) && !isCve(id)) continue;
      yield [record.id, union.rootOf(id)];
    }
  }
}

function primaryOf(ids: readonly string[], union: IdUnion): string {
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
  return [record.id, ...record.aliases].filter(namesVulnerability).length;
}

/** CVE and GHSA ids stand for one vulnerability each; other databases' records may cover several. */
function namesVulnerability(id: string): boolean {
  return isCve(id) || isGhsa(id);
}

function byId(a: RecordIds, b: RecordIds): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
