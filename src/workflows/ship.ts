import type { VerifiedChange } from '../domain/change.ts';
import type { Finding } from '../domain/finding.ts';
import type { Remedy } from '../domain/remedy.ts';
import type { Confidence } from '../domain/verification.ts';
import { shipments } from '../stages/patch/shipments.ts';
import { CLOSED_BY_VERSION, confidenceOf, remedyConfidence } from '../stages/verify/confidence.ts';
import type { AcceptedChange, LockfileOutcome, SearchResult } from './patch-types.ts';
import { changeOf, type TrialGround, type TrialResult, tryChange } from './trial.ts';

/**
 * Decides how what stood is handed over. Where the whole reaches the policy's confidence it is one
 * change. Otherwise what is safe ships together, what is risky in changes of its own on top, each
 * verified with all before it; what does not reach the threshold even alone is withheld, and said.
 */
export async function shipResult(
  best: TrialResult,
  found: SearchResult,
  findings: readonly Finding[],
  ground: TrialGround,
): Promise<LockfileOutcome> {
  const { unfixed, fell, problems } = found;
  const threshold = ground.policy.minimumConfidence;
  const { verdict, because } = best.verification;
  if (best.confidence.value >= threshold) {
    return { accepted: [{ ...best, ground }], abstained: [], unfixed, fell, problems };
  }
  const { change } = best;
  const { together, withheld } =
    verdict === 'proven'
      ? shipments(
          change.remedies,
          (remedy) => remedyConfidence(remedy, change.signs, best.verification),
          threshold,
          CLOSED_BY_VERSION,
        )
      : { together: [], withheld: change.remedies };

  const accepted: AcceptedChange[] = [];
  const held: Remedy[] = [...withheld];
  for (const set of together) {
    const before = new Set(accepted.flatMap((one) => one.change.remedies));
    const all = change.remedies.filter((remedy) => before.has(remedy) || set.includes(remedy));
    const result =
      all.length === change.remedies.length ? best : await proven(all, best, findings, ground);
    const shipped = result === undefined ? undefined : onTopOf(result, set, accepted, findings);
    if (shipped !== undefined && shipped.confidence.value >= threshold) {
      accepted.push({ ...shipped, ground });
    } else {
      held.push(...set);
    }
  }
  if (held.length === 0) return { accepted, abstained: [], unfixed, fell, problems };
  const closed = new Set(accepted.flatMap((one) => one.change.closes));
  const rest = changeOf(held, change, findings);
  const confidence = confidenceOf({ change: rest, verification: best.verification });
  const closes = change.closes.filter((id) => !closed.has(id));
  return {
    accepted,
    ...(accepted.length === 0
      ? { withheld: [{ ...best, change: { ...rest, closes }, confidence, ground }] }
      : {}),
    abstained: [
      {
        ...rest,
        closes,
        files: [...best.files.keys()].sort(),
        verification: best.verification,
        confidence,
        accepted: false,
        abstained: abstention(confidence, threshold, `${verdict}: ${because}`),
      } satisfies VerifiedChange,
    ],
    unfixed,
    fell,
    problems,
  };
}

/** The trial of some of the remedies of a set that stood as a whole; `undefined` when it falls. */
async function proven(
  remedies: readonly Remedy[],
  best: TrialResult,
  findings: readonly Finding[],
  ground: TrialGround,
): Promise<TrialResult | undefined> {
  const trial = await tryChange(changeOf(remedies, best.change, findings), ground);
  return trial.stands ? trial.result : undefined;
}

/** What a set adds to the changes before it: its own remedies, what it closes, its confidence. */
function onTopOf(
  result: TrialResult,
  set: readonly Remedy[],
  before: readonly AcceptedChange[],
  findings: readonly Finding[],
): TrialResult {
  const closed = new Set(before.flatMap((one) => one.change.closes));
  const closes = result.change.closes.filter((id) => !closed.has(id));
  const change = { ...changeOf(set, result.change, findings), closes };
  const verification = {
    ...result.verification,
    rescan: { ...result.verification.rescan, closed: closes },
  };
  return { ...result, change, verification, confidence: confidenceOf({ change, verification }) };
}

function abstention(confidence: Confidence, threshold: number, why: string): string {
  return `Confidence ${confidence.value.toFixed(2)} is below the ${threshold} that the policy asks for (${why})`;
}
