/**
 * Which id a vulnerability goes by when it has several. GitHub's come first because they exist for
 * every ecosystem, then the ecosystem's own database, then the CVE, then whoever else.
 */
const RANKS: readonly RegExp[] = [
  /^GHSA-/,
  /^(GO|RUSTSEC|PYSEC|HSEC|RSEC|EEF|MAL)-/,
  /^CVE-/,
  /^OSV-/,
];

function rankOf(id: string): number {
  const rank = RANKS.findIndex((pattern) => pattern.test(id));
  return rank === -1 ? RANKS.length : rank;
}

/** By rank, then by the id itself. */
export function compareIds(a: string, b: string): number {
  return rankOf(a) - rankOf(b) || (a < b ? -1 : Number(a > b));
}

/**
 * The primary id of a vulnerability: the best-ranked one. Where a rank has several ids, those that
 * have a record of their own are meant; where none of several has one, that rank names nothing
 * clearly (a Go record that covers two GHSAs) and the next rank is asked.
 */
export function primaryId(ids: readonly string[], hasRecord: (id: string) => boolean): string {
  const sorted = ids.toSorted(compareIds);
  for (let rank = 0; rank <= RANKS.length; rank += 1) {
    const candidates = sorted.filter((id) => rankOf(id) === rank);
    const recorded = candidates.find(hasRecord);
    if (recorded !== undefined) return recorded;
    if (candidates.length === 1 && candidates[0] !== undefined) return candidates[0];
  }
  const first = sorted.find(hasRecord) ?? sorted[0];
  if (first === undefined) throw new TypeError('a vulnerability needs at least one id');
  return first;
}

export function isCve(id: string): boolean {
  return id.startsWith('CVE-');
}

export function isGhsa(id: string): boolean {
  return id.startsWith('GHSA-');
}
