import type { AssetContext } from '../../domain/context.ts';
import type { Autonomy, AutonomyRule, ControlPolicy } from '../../domain/control-policy.ts';
import { compileCondition, failingParts, isFault, judge } from './conditions/condition.ts';
import type { Subject } from './conditions/subject.ts';
import { RULE } from './rule-names.ts';

/** The rule of the autonomy table that a case fell to. */
export interface Selection {
  readonly name: string;
  readonly autonomy: Autonomy;
  /** Absent where no rule fitted. */
  readonly rule?: AutonomyRule;
  /** The rule's condition could not be judged, so people are asked: why. */
  readonly failed?: string;
  /** Rules before it, and why they did not fit; rules after it are not looked at. */
  readonly passedOver: readonly PassedOver[];
}

interface PassedOver {
  readonly rule: AutonomyRule;
  readonly why: string;
}

/**
 * The first rule that fits. A condition that cannot be judged counts as neither fitting nor not
 * fitting: the case goes to people, whatever the rules after it would say.
 */
export function selectRule(
  policy: Pick<ControlPolicy, 'autonomy' | 'otherwise'>,
  context: AssetContext,
  subject: Subject,
): Selection {
  const passedOver: PassedOver[] = [];
  for (const rule of policy.autonomy) {
    const { name, autonomy, when } = rule;
    const elsewhere = whyElsewhere(rule, context);
    if (elsewhere !== undefined) {
      passedOver.push({ rule, why: elsewhere });
      continue;
    }
    const judgement = when === undefined ? { holds: true } : judge(when, 'change', subject);
    if ('failed' in judgement) {
      return { name, autonomy: 'approve', rule, failed: judgement.failed, passedOver };
    }
    if (judgement.holds) return { name, autonomy, rule, passedOver };
    passedOver.push({ rule, why: `not so: ${unmet(when ?? '', subject)}` });
  }
  return { name: RULE.otherwise, autonomy: policy.otherwise, passedOver };
}

/** Why a rule is not for an asset; `undefined` when it is. */
export function whyElsewhere(
  { environments, criticalities }: Pick<AutonomyRule, 'environments' | 'criticalities'>,
  context: AssetContext,
): string | undefined {
  const { environment, criticality } = context;
  if (environments !== undefined && !environments.includes(environment.value)) {
    return `for ${environments.join(', ')}; this is ${environment.value}`;
  }
  if (criticalities !== undefined && !criticalities.includes(criticality.value)) {
    return `for criticality ${criticalities.join(', ')}; this is ${criticality.value}`;
  }
  return undefined;
}

/** The parts of a condition that do not hold, for a person. */
export function unmet(when: string, subject: Subject): string {
  return failingParts(when, 'change', subject).join('; ');
}

/** Confidences at which some rule may begin or cease to fit, ascending. */
export function confidenceSteps(policy: Pick<ControlPolicy, 'autonomy'>): readonly number[] {
  const steps = policy.autonomy.flatMap(({ when }) => {
    const condition = when === undefined ? undefined : compileCondition(when, 'change');
    return condition === undefined || isFault(condition) ? [] : condition.confidences;
  });
  return [...new Set(steps)].sort((a, b) => a - b);
}
