import type { VerifiedChange } from '../../../domain/change.ts';
import type { AssetContext } from '../../../domain/context.ts';
import type { ChangeVerdict, ControlPolicy } from '../../../domain/control-policy.ts';
import type { Finding } from '../../../domain/finding.ts';
import { withDeadline } from '../../prioritize/deadline/under-policy.ts';
import { decideCase } from '../decide.ts';
import { type DecidedAsset, factsOf } from '../input.ts';

/** A policy with the number of its version; 0 for one that has none yet. */
export interface NumberedPolicy {
  readonly policy: ControlPolicy;
  readonly version: number;
}

/** A change that was decided about once. */
export interface PastChange {
  readonly id: string;
  readonly title: string;
  readonly asset: DecidedAsset;
  readonly context: AssetContext;
  readonly change: VerifiedChange;
  readonly findings: readonly PastFinding[];
  /** When it was decided; the time at which both policies are asked. */
  readonly at: Date;
}

interface PastFinding {
  readonly finding: Finding;
  /** ISO date or time; absent: when it was decided. */
  readonly firstSeen?: string;
}

export type Outcome = ChangeVerdict['outcome'];
export type OutcomeCounts = Readonly<Partial<Record<Outcome, number>>>;

/** What one policy says of a change, as far as it is compared. */
type ComparedVerdict = Pick<
  ChangeVerdict,
  'outcome' | 'rule' | 'because' | 'handOver' | 'notBefore' | 'approval'
>;

interface Difference {
  readonly changeId: string;
  readonly title: string;
  readonly asset: string;
  /** What is different: `outcome`, `approval`, `hand over`, `not before`. */
  readonly in: readonly string[];
  readonly inForce: ComparedVerdict;
  readonly proposed: ComparedVerdict;
}

export interface Comparison {
  readonly changes: number;
  readonly inForce: OutcomeCounts;
  readonly proposed: OutcomeCounts;
  /** Changes that people would have been asked about. */
  readonly approvalsInForce: number;
  readonly approvalsProposed: number;
  /** How many changes differ. */
  readonly differing: number;
  /** The newest of them. */
  readonly differences: readonly Difference[];
}

/** What both policies say of one change. */
export interface VerdictPair {
  readonly past: Pick<PastChange, 'id' | 'title' | 'asset'>;
  readonly inForce: ComparedVerdict;
  readonly proposed: ComparedVerdict;
}

/** Differences that are listed; all are counted. */
const MAX_LISTED = 200;

/**
 * What two policies say of the same changes, each at the time it was decided, with the deadlines
 * that each policy sets. Pure: asking costs nothing and changes nothing.
 */
export function compareVerdicts(
  cases: readonly PastChange[],
  inForce: NumberedPolicy,
  proposed: NumberedPolicy,
): Comparison {
  return summariseVerdicts(cases.map((past) => verdictPair(past, inForce, proposed)));
}

export function verdictPair(
  past: PastChange,
  inForce: NumberedPolicy,
  proposed: NumberedPolicy,
): VerdictPair {
  const { id, title, asset } = past;
  return {
    past: { id, title, asset },
    inForce: compared(verdictOf(past, inForce)),
    proposed: compared(verdictOf(past, proposed)),
  };
}

/** @param pairs newest first */
export function summariseVerdicts(pairs: readonly VerdictPair[]): Comparison {
  const [ones, others] = [pairs.map((pair) => pair.inForce), pairs.map((pair) => pair.proposed)];
  const [counted, proposed] = [countOutcomes(ones), countOutcomes(others)];
  const differences = pairs.flatMap(({ past, ...said }): Difference[] => {
    const differs = differencesOf(said.inForce, said.proposed);
    if (differs.length === 0) return [];
    return [{ changeId: past.id, title: past.title, asset: past.asset.name, in: differs, ...said }];
  });
  return {
    changes: pairs.length,
    inForce: counted,
    proposed,
    approvalsInForce: counted.approve ?? 0,
    approvalsProposed: proposed.approve ?? 0,
    differing: differences.length,
    differences: differences.slice(0, MAX_LISTED),
  };
}

export function countOutcomes(verdicts: readonly Pick<ChangeVerdict, 'outcome'>[]): OutcomeCounts {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of verdicts) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

function verdictOf(past: PastChange, { policy, version }: NumberedPolicy): ChangeVerdict {
  const { asset, context, change, at } = past;
  return decideCase({
    policy,
    policyVersion: version,
    asset,
    context,
    facts: factsOf(change),
    findings: past.findings.map(({ finding, firstSeen }) =>
      withDeadline(policy, finding, context, {
        now: at,
        ...(firstSeen !== undefined && { firstSeen }),
      }),
    ),
    now: at,
  });
}

/** The name of a rule alone, or other words for the same, is no difference. */
function differencesOf(one: ComparedVerdict, other: ComparedVerdict): readonly string[] {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  return [
    ...(one.outcome === other.outcome ? [] : ['outcome']),
    ...(same(one.approval, other.approval) || one.outcome !== other.outcome ? [] : ['approval']),
    ...(one.handOver === other.handOver ? [] : ['hand over']),
    ...(one.notBefore === other.notBefore ? [] : ['not before']),
  ];
}

function compared(verdict: ChangeVerdict): ComparedVerdict {
  const { outcome, rule, because, handOver, notBefore, approval } = verdict;
  return {
    outcome,
    rule,
    because,
    handOver,
    ...(notBefore !== undefined && { notBefore }),
    ...(approval !== undefined && { approval }),
  };
}
