import type { ChangeVerdict } from '../../domain/control-policy.ts';
import type { Finding } from '../../domain/finding.ts';
import { approvalRule } from './approval.ts';
import { dueMoment, subjectOf } from './conditions/subject.ts';
import { earliestDeadline } from './earliest-deadline.ts';
import { alternativesOf, factorsOf } from './explain-verdict.ts';
import { type Case, type ChangeFacts, type DecideInput, factsOf } from './input.ts';
import { openingFor } from './opening-for.ts';
import { RULE } from './rule-names.ts';
import { type Ruling, strictestRuling } from './ruling.ts';

/**
 * What policy says of a change. Pure, and never throws: what cannot be judged goes to people.
 *
 * 1. A change that is not proven is withheld.
 * 2. The first rule of the autonomy table that fits says how much happens by itself.
 * 3. Below the confidence asked for (the rule's own, else the policy's) it is withheld; an automatic
 *    change that meets the policy's confidence but not its rule's is asked about instead.
 * 4. A lower confidence never makes a verdict more permissive, whatever the conditions say: what
 *    some higher confidence would not get, this one does not get either.
 * 5. Calendars say when it may be handed over, and whether that is after its deadline.
 */
export function decide(input: DecideInput): ChangeVerdict {
  return decideCase({ ...input, facts: factsOf(input.change) });
}

/** As `decide`, from facts. */
export function decideCase(given: Case): ChangeVerdict {
  const { policy, facts } = given;
  const subject = subjectOf(given);
  const ruling = strictestRuling(given, subject);
  const { outcome, selection } = ruling;
  const asks = outcome === 'approve';
  const time = asks || outcome === 'auto' ? openingFor(given, subject) : { factors: [] };
  const late = lateness(time.notBefore, given.findings);
  return {
    outcome,
    rule: ruleName(ruling, facts),
    because: [ruling.because, late].filter((each) => each !== undefined).join(' '),
    ...(asks && { approval: approvalRule(policy.approval, selection.rule?.approval) }),
    handOver: selection.rule?.handOver ?? policy.handOver,
    ...(time.notBefore !== undefined && { notBefore: time.notBefore }),
    factors: [
      ...factorsOf(given, ruling),
      ...time.factors,
      ...(late === undefined ? [] : [{ name: 'deadline against calendar', value: late }]),
    ],
    alternatives: alternativesOf(given, ruling, subject),
  };
}

function ruleName({ outcome, selection }: Ruling, facts: ChangeFacts): string {
  if (facts.verdict !== 'proven') return RULE.verification;
  return outcome === 'withhold' ? RULE.minimumConfidence : selection.name;
}

/** Says so when the first opening is after the earliest deadline. */
function lateness(notBefore: string | undefined, findings: readonly Finding[]): string | undefined {
  const deadline = earliestDeadline(findings);
  if (notBefore === undefined || deadline?.due === undefined) return undefined;
  if (new Date(notBefore) <= dueMoment(deadline.due)) return undefined;
  return `The first opening, ${notBefore}, is after the deadline ${deadline.due} (${deadline.rule}).`;
}
