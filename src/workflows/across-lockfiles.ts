import type { Finding } from '../domain/finding.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import type { UnfixedFinding } from '../domain/remedy.ts';
import type { LockfileOutcome } from './patch-types.ts';

export interface LockfileResult {
  readonly lockfile: string;
  readonly outcome: LockfileOutcome;
}

/**
 * Puts the outcomes of an asset's lockfiles together, so that none claims more than the whole holds:
 * a finding in two lockfiles is closed when it is gone from both. Where it stays in one, the change
 * of the other closes it only `partly`, and one entry says where it stays and why.
 */
export function acrossLockfiles(
  results: readonly LockfileResult[],
  findings: readonly Finding[],
): LockfileOutcome {
  const open = new Set(results.flatMap(({ outcome }) => stays(outcome)));
  const scores = new Map(findings.map(({ id, risk }) => [id, risk.score]));
  const outcomes = results.map(({ outcome }) => outcome);
  return {
    accepted: outcomes
      .flatMap(({ accepted }) => accepted)
      .map((one) => {
        const partly = one.change.closes.filter((id) => open.has(id));
        if (partly.length === 0) return one;
        const closes = one.change.closes.filter((id) => !open.has(id));
        const riskRemoved = closes.reduce((sum, id) => sum + (scores.get(id) ?? 0), 0);
        return { ...one, change: { ...one.change, closes, partly, riskRemoved } };
      }),
    abstained: outcomes.flatMap(({ abstained }) => abstained),
    withheld: outcomes.flatMap(({ withheld = [] }) => withheld),
    unfixed: unfixedAcross(results),
    fell: outcomes.flatMap(({ fell }) => fell),
    problems: outcomes.flatMap(({ problems }) => problems),
  };
}

/** Ids that a lockfile still has after its accepted changes. */
function stays({ accepted, abstained, unfixed }: LockfileOutcome): readonly string[] {
  const closed = new Set(accepted.flatMap(({ change }) => change.closes));
  const withheld = abstained.flatMap(({ closes }) => closes);
  return [...unfixed.map(({ finding }) => finding), ...withheld].filter((id) => !closed.has(id));
}

function unfixedAcross(results: readonly LockfileResult[]): readonly UnfixedFinding[] {
  const several = results.length > 1;
  const merged = new Map<string, UnfixedFinding>();
  for (const { lockfile, outcome } of results) {
    for (const one of outcome.unfixed) {
      const why = several ? `${lockfile}: ${one.why}` : one.why;
      const known = merged.get(one.finding);
      merged.set(
        one.finding,
        known === undefined
          ? { ...one, why }
          : {
              ...known,
              why: `${known.why}; ${why}`,
              options: [...known.options, ...one.options].filter(firstOfItsKind),
            },
      );
    }
  }
  return [...merged.values()];
}

function firstOfItsKind<Value>(value: Value, position: number, all: readonly Value[]): boolean {
  const key = JSON.stringify(value);
  return all.findIndex((other) => JSON.stringify(other) === key) === position;
}

/**
 * Binds the ids of an outcome's changes to what they start from. Without it the same upgrade of
 * another repository, or of this one a month later, would be taken for this one, and its evidence
 * written over.
 *
 * @param base a commit, or a digest of the lockfile
 */
export function onBase(outcome: LockfileOutcome, base: string): LockfileOutcome {
  const bound = <Change extends { readonly id: string }>(change: Change): Change => {
    return { ...change, id: fingerprint([base, change.id]) };
  };
  return {
    ...outcome,
    accepted: outcome.accepted.map((one) => ({ ...one, change: bound(one.change) })),
    abstained: outcome.abstained.map(bound),
    withheld: (outcome.withheld ?? []).map((one) => ({ ...one, change: bound(one.change) })),
  };
}
