import type { AssetContext } from '../../../domain/context.ts';
import type { HouseDeadline, PublishedDeadlines } from '../../../domain/deadline-policy.ts';
import type { MatchedFinding } from '../../../domain/finding.ts';
import type { Reachability } from '../../../domain/reachability.ts';
import type { Risk, RiskFactor } from '../../../domain/risk.ts';
import { severityOf } from '../../../domain/severity.ts';
import { deadlineOf } from '../deadline/deadline.ts';
import type { DeadlineInput } from '../deadline/input.ts';
import { ageFactor } from './age.ts';
import { factor, sumOf } from './factor.ts';
import { hereFactors } from './here.ts';
import { impactFactors } from './impact.ts';
import { intrinsicFactors } from './intrinsic.ts';
import { BASE_LOG_ODDS } from './intrinsic-weights.ts';
import { bandOf, scoreOf } from './score.ts';
import { intrinsicShare, isMalicious, threatFactors } from './threat.ts';
import { type Intrinsic, intrinsicOf } from './traits.ts';

export interface RiskInput {
  readonly finding: Pick<MatchedFinding, 'advisory' | 'component'> &
    Partial<Pick<MatchedFinding, 'fixedIn'>>;
  readonly reachability: Reachability;
  readonly context: AssetContext;
  readonly deadlines: readonly HouseDeadline[];
  /** Published deadlines that apply; absent: BOD 26-04. */
  readonly standards?: PublishedDeadlines;
  readonly now: Date;
  /** ISO date the finding was first seen; `now` when this is the first time. */
  readonly firstSeen?: string;
}

/**
 * Risk of a finding: probability of exploitation here within 30 days × impact here.
 *
 * `logit(probability)` is the sum of the probability factors' contributions and `ln(impact)` that
 * of the impact factors', exactly. docs/guide/risk.md has the sources of every weight.
 */
export function assessRisk(input: RiskInput): Risk {
  const { advisory } = input.finding;
  const intrinsic = intrinsicOf(advisory, advisory.threat);
  const malicious = isMalicious(advisory);
  const factors: readonly RiskFactor[] = [
    ...likelihoodFactors(input.finding, intrinsic, input.now),
    ...hereFactors({
      component: input.finding.component,
      context: input.context,
      reachability: input.reachability,
      attackVector: intrinsic.cvss?.metrics.attackVector ?? 'network',
      malicious,
    }),
    ...impactFactors(intrinsic, input.context),
  ];
  const probability = 1 / (1 + Math.exp(-sumOf(factors, 'probability')));
  const impact = Math.exp(sumOf(factors, 'impact'));
  const score = scoreOf(probability, impact);
  const band = bandOf({
    score,
    knownExploited: isKnownExploited(advisory.threat) || malicious,
    reachability: malicious ? 'reachable' : input.reachability.status,
  });
  return {
    score,
    probability,
    impact,
    band,
    deadline: deadlineOf(deadlineInput(input, { band, impact, intrinsic })),
    factors,
  };
}

/** What rules for deadlines look at, of a finding that is assessed. */
export function deadlineInput(
  input: RiskInput,
  assessed: Pick<DeadlineInput, 'band' | 'impact' | 'intrinsic'>,
): DeadlineInput {
  const { finding, reachability, context, deadlines, now, firstSeen, standards } = input;
  return {
    ...assessed,
    threat: finding.advisory.threat,
    severity: severityOf(finding.advisory).label,
    scope: finding.component.scope,
    // Where nobody looked for a fix, there may be one.
    fixKnown: finding.fixedIn === undefined || finding.fixedIn.length > 0,
    published: finding.advisory.published,
    reachability: reachability.status,
    context,
    deadlines,
    now,
    ...(standards !== undefined && { standards }),
    ...(firstSeen !== undefined && { firstSeen }),
  };
}

/** The part of the probability that is the same for every asset: base rate, attacks, nature, age. */
export function likelihoodFactors(
  { advisory }: Pick<RiskInput['finding'], 'advisory'>,
  intrinsic: Intrinsic,
  now: Date,
): readonly RiskFactor[] {
  const share = intrinsicShare(advisory.threat);
  return [
    factor(
      'probability',
      'base-rate',
      'average vulnerability',
      BASE_LOG_ODDS,
      'docs/guide/risk.md',
    ),
    ...threatFactors(advisory, advisory.threat),
    ...intrinsicFactors(intrinsic, share),
    ageFactor(advisory.published, now, share),
  ];
}

function isKnownExploited(threat: MatchedFinding['advisory']['threat']): boolean {
  return threat.kev !== undefined || threat.ssvc?.exploitation === 'active';
}
