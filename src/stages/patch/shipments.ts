/** How a set of remedies that stands as a whole is shipped. */
export interface Shipments<Remedy> {
  /** Each set reaches the threshold; safest first. */
  readonly together: readonly (readonly Remedy[])[];
  /** Not even alone would these reach it. */
  readonly withheld: readonly Remedy[];
}

/**
 * Splits remedies into as few sets as it can so that each set's joint confidence reaches a
 * threshold: what is safe ships together, what is risky ships in a change that can be taken, or
 * undone, on its own. Greedy from the safest on; sets keep the order the remedies came in, because
 * a parent's remedy has to be applied before its child's.
 *
 * @param confidence per remedy, 0–1; that of a set is the product
 * @param overhead factor that every set's confidence is multiplied with, 0–1
 */
export function shipments<Remedy>(
  remedies: readonly Remedy[],
  confidence: (remedy: Remedy) => number,
  threshold: number,
  overhead = 1,
): Shipments<Remedy> {
  const position = new Map(remedies.map((remedy, index) => [remedy, index]));
  const inOrder = (set: readonly Remedy[]) =>
    set.toSorted((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0));
  const safestFirst = remedies.toSorted((a, b) => confidence(b) - confidence(a));
  const together: Remedy[][] = [];
  const withheld: Remedy[] = [];
  let joint = 0;
  for (const remedy of safestFirst) {
    const own = confidence(remedy);
    const current = together.at(-1);
    if (own * overhead < threshold) {
      withheld.push(remedy);
    } else if (current !== undefined && joint * own >= threshold) {
      current.push(remedy);
      joint *= own;
    } else {
      together.push([remedy]);
      joint = own * overhead;
    }
  }
  return { together: together.map(inOrder), withheld: inOrder(withheld) };
}
