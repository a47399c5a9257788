/** What one try of a set of remedies came to. */
export interface Trial<Result> {
  /** Whether the set as a whole can stay together. */
  readonly stands: boolean;
  /** For a set that does not: why, for a person. */
  readonly why: string;
  readonly result: Result;
}

export interface Standing<Remedy, Result> {
  readonly remedies: readonly Remedy[];
  /** The trial of exactly `remedies`; absent when none stands. */
  readonly result?: Result;
  readonly fallen: readonly { readonly remedy: Remedy; readonly why: string }[];
}

/**
 * Finds out which of several remedies stand together, by as few trials as it can.
 *
 * All at once first, because that is the usual case and costs one trial. When it fails, halves are
 * tried on top of what is known to stand, so one culprit among n costs about 1 + log2 n trials and
 * every other remedy survives. Put suspects last: what comes first is settled first.
 *
 * @param trial is asked at most once for a set; its order is that of `remedies`
 */
export async function standingRemedies<Remedy, Result>(
  remedies: readonly Remedy[],
  trial: (set: readonly Remedy[]) => Promise<Trial<Result>>,
): Promise<Standing<Remedy, Result>> {
  const seen = new Map<string, Trial<Result>>();
  const ask = async (set: readonly Remedy[]): Promise<Trial<Result>> => {
    const key = set.map((remedy) => remedies.indexOf(remedy)).join();
    const known = seen.get(key) ?? (await trial(set));
    seen.set(key, known);
    return known;
  };

  const fallen: { remedy: Remedy; why: string }[] = [];
  const settle = async (
    ground: readonly Remedy[],
    candidates: readonly Remedy[],
  ): Promise<readonly Remedy[]> => {
    const [first] = candidates;
    if (first === undefined) return ground;
    const together = [...ground, ...candidates];
    const { stands, why } = await ask(together);
    if (stands) return together;
    if (candidates.length === 1) {
      fallen.push({ remedy: first, why });
      return ground;
    }
    const middle = Math.ceil(candidates.length / 2);
    const firm = await settle(ground, candidates.slice(0, middle));
    return await settle(firm, candidates.slice(middle));
  };

  const standing = await settle([], remedies);
  if (standing.length === 0) return { remedies: [], fallen };
  return { remedies: standing, result: (await ask(standing)).result, fallen };
}
