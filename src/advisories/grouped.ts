/** Ids in groups by number, as two flat lists: 10⁵ small arrays would cost ten times as much. */
export class Grouped {
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
