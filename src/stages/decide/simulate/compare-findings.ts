import type { AssetContext } from '../../../domain/context.ts';
import type { ControlPolicy } from '../../../domain/control-policy.ts';
import type { Finding } from '../../../domain/finding.ts';
import { withDeadline } from '../../prioritize/deadline/under-policy.ts';
import { subjectOf } from '../conditions/subject.ts';
import type { Case, ChangeFacts, DecidedAsset } from '../input.ts';
import { strictestRuling } from '../ruling.ts';
import {
  countOutcomes,
  type NumberedPolicy,
  type Outcome,
  type OutcomeCounts,
} from './compare-verdicts.ts';

/** A finding that is there, or was lately. */
export interface KnownFinding {
  readonly finding: Finding;
  readonly asset: DecidedAsset;
  readonly context: AssetContext;
  /** ISO date or time. */
  readonly firstSeen: string;
  /** Whether a change closes it already. */
  readonly hasChange: boolean;
}

interface MovedDeadline {
  readonly findingId: string;
  readonly asset: string;
  readonly package: string;
  readonly advisory: string;
  readonly inForce: Finding['risk']['deadline'];
  readonly proposed: Finding['risk']['deadline'];
}

export interface FindingComparison {
  readonly findings: number;
  /** A date where there was none counts as earlier, none where there was one as later. */
  readonly earlier: number;
  readonly later: number;
  /** Of both, those due first. */
  readonly moved: readonly MovedDeadline[];
  /** For findings without a change: what a simple proven one would get. */
  readonly hypothetical: {
    readonly findings: number;
    readonly confidence: number;
    readonly inForce: OutcomeCounts;
    readonly proposed: OutcomeCounts;
    readonly assumptions: readonly string[];
  };
}

/** Moved deadlines that are listed; all are counted. */
const MAX_LISTED = 200;

/** What both policies say of one finding. */
export interface FindingPair {
  readonly known: Pick<KnownFinding, 'finding' | 'asset'>;
  readonly inForce: Said;
  readonly proposed: Said;
}

interface Said {
  readonly deadline: Finding['risk']['deadline'];
  /** What the plainest change would get; absent where there is a change already. */
  readonly outcome?: Outcome;
}

/**
 * What two policies say of findings: their dates, and, where no change closes them yet, what would
 * happen to the plainest change that could.
 */
export function compareFindings(
  findings: readonly KnownFinding[],
  inForce: NumberedPolicy,
  proposed: NumberedPolicy,
  assumed: Assumed,
): FindingComparison {
  const pairs = findings.map((known) => findingPair(known, inForce, proposed, assumed));
  return summariseFindings(pairs, assumed);
}

export interface Assumed {
  /** Of changes that do not exist yet, 0–1. */
  readonly confidence: number;
  readonly now: Date;
}

export function findingPair(
  known: KnownFinding,
  inForce: NumberedPolicy,
  proposed: NumberedPolicy,
  assumed: Assumed,
): FindingPair {
  const { finding, asset } = known;
  const say = (numbered: NumberedPolicy): Said => ({
    deadline: deadlineUnder(numbered.policy, known, assumed.now),
    ...(!known.hasChange && { outcome: hypotheticalOutcome(known, numbered, assumed) }),
  });
  return { known: { finding, asset }, inForce: say(inForce), proposed: say(proposed) };
}

export function summariseFindings(
  pairs: readonly FindingPair[],
  { confidence }: Pick<Assumed, 'confidence'>,
): FindingComparison {
  const dateOf = ({ deadline }: Said) => deadline.due ?? 'z';
  const moved = pairs.filter(({ inForce, proposed }) => dateOf(inForce) !== dateOf(proposed));
  const earlier = moved.filter(({ inForce, proposed }) => dateOf(proposed) < dateOf(inForce));
  const outcomes = (said: readonly Said[]) =>
    countOutcomes(said.flatMap(({ outcome }) => (outcome === undefined ? [] : [{ outcome }])));
  const [ones, others] = [pairs.map((pair) => pair.inForce), pairs.map((pair) => pair.proposed)];
  return {
    findings: pairs.length,
    earlier: earlier.length,
    later: moved.length - earlier.length,
    moved: [...moved]
      .sort((a, b) => (dateOf(a.proposed) < dateOf(b.proposed) ? -1 : 1))
      .slice(0, MAX_LISTED)
      .map(movedDeadline),
    hypothetical: {
      findings: ones.filter(({ outcome }) => outcome !== undefined).length,
      confidence,
      inForce: outcomes(ones),
      proposed: outcomes(others),
      assumptions: [
        `each is closed by one proven change of its own, with confidence ${confidence}`,
        'the change is a lockfile bump within a major version; tests reach it, and no exploit proves it',
        'it is decided now',
      ],
    },
  };
}

function deadlineUnder(
  policy: ControlPolicy,
  { finding, context, firstSeen }: KnownFinding,
  now: Date,
): Finding['risk']['deadline'] {
  return withDeadline(policy, finding, context, { firstSeen, now }).risk.deadline;
}

function movedDeadline({ known, inForce, proposed }: FindingPair): MovedDeadline {
  const { finding, asset } = known;
  return {
    findingId: finding.id,
    asset: asset.name,
    package: finding.component.name,
    advisory: finding.advisory.id,
    inForce: inForce.deadline,
    proposed: proposed.deadline,
  };
}

function hypotheticalOutcome(
  known: KnownFinding,
  { policy, version }: NumberedPolicy,
  { confidence, now }: Assumed,
): Outcome {
  const { finding, asset, context, firstSeen } = known;
  const facts: ChangeFacts = {
    confidence,
    verdict: 'proven',
    kinds: ['lockfile-bump'],
    packages: [finding.component.name],
    majors: 0,
    closes: 1,
    riskRemoved: finding.risk.score,
    testsReachShare: 1,
    hasExploitProof: false,
    files: [],
    because: 'assumed',
  };
  const given: Case = {
    policy,
    policyVersion: version,
    asset,
    context,
    facts,
    findings: [withDeadline(policy, finding, context, { firstSeen, now })],
    now,
  };
  // When it could be handed over is not asked: calendars take most of a decision's time.
  return strictestRuling(given, subjectOf(given)).outcome;
}
