import { isCve, isGhsa } from './identity.ts';

const HAS_CVE = 1;
const HAS_GHSA = 2;
const HAS_RECORD = 4;

/** Disjoint sets of ids (union-find with path compression) with what each set holds; numbers instead of objects for 10⁶ ids. */
export class IdUnion {
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

  /** Whether merging would put two known vulnerabilities into one, see `clusterRecords`. */
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
