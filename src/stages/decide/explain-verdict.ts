import type { ChangeVerdict } from '../../domain/control-policy.ts';
import type { Subject } from './conditions/subject.ts';
import { earliestDeadline } from './earliest-deadline.ts';
import type { Case } from './input.ts';
import { type Ruling, shownConfidence } from './ruling.ts';
import { unmet, whyElsewhere } from './select-rule.ts';

/** More would not be read. */
const MAX_ALTERNATIVES = 20;

/** What was looked at, with its value. */
export function factorsOf(given: Case, ruling: Ruling): ChangeVerdict['factors'] {
  const { context, facts, policyVersion, findings } = given;
  const { selection, minimum } = ruling;
  const { rule } = selection;
  const worst = findings.reduce((most, { risk }) => Math.max(most, risk.score), 0);
  return [
    { name: 'policy', value: `version ${policyVersion}` },
    { name: 'verification', value: facts.verdict },
    { name: 'confidence', value: `${shownConfidence(facts.confidence)} (${minimum} asked for)` },
    { name: 'environment', value: said(context.environment) },
    { name: 'criticality', value: said(context.criticality) },
    { name: 'closes', value: `${facts.closes} findings, highest risk ${worst}` },
    ...(rule?.when === undefined
      ? []
      : [
          {
            name: `condition of "${rule.name}"`,
            value: selection.failed === undefined ? `holds: ${rule.when}` : selection.failed,
          },
        ]),
    ...deadlineFactor(given),
  ];
}

function said({ value, source }: { readonly value: unknown; readonly source: string }): string {
  return `${String(value)} (${source})`;
}

function deadlineFactor({ findings }: Case): ChangeVerdict['factors'] {
  const first = earliestDeadline(findings);
  return first === undefined ? [] : [{ name: 'deadline', value: `${first.due} (${first.rule})` }];
}

/**
 * Each rule that did not decide and why, and what would have let the change go by itself; last, what
 * would have held it back. There is always something: a decision that could not have been another
 * one needs no policy.
 */
export function alternativesOf(
  given: Case,
  ruling: Ruling,
  subject: Subject,
): ChangeVerdict['alternatives'] {
  const { policy, facts, context } = given;
  const { selection, outcome, minimum } = ruling;
  const { rule } = selection;
  const missed =
    outcome !== selection.autonomy && facts.verdict === 'proven' && facts.confidence < minimum
      ? [
          {
            outcome: selection.autonomy,
            why: `"${selection.name}" would, at a confidence of ${minimum} or more`,
          },
        ]
      : [];
  const before = selection.passedOver.map(({ rule: other, why }) => ({
    outcome: other.autonomy,
    why: `"${other.name}" did not fit: ${why}`,
  }));
  const after = policy.autonomy
    .slice(rule === undefined ? policy.autonomy.length : policy.autonomy.indexOf(rule) + 1)
    .filter(({ autonomy }) => autonomy === 'auto')
    .map((other) => ({
      outcome: other.autonomy,
      why: `"${other.name}" comes after "${selection.name}"${whyNot(other, context, subject)}`,
    }));
  const rules = [...missed, ...before, ...after].slice(0, MAX_ALTERNATIVES);
  return [...rules, ...bounds(given, ruling, rules)];
}

/** The most and the least that could have come of it, where no rule was said to. */
function bounds(
  { facts, policy }: Case,
  { outcome, minimum }: Ruling,
  rules: ChangeVerdict['alternatives'],
): ChangeVerdict['alternatives'] {
  if (outcome === 'withhold') {
    return facts.verdict === 'proven' || rules.length > 0
      ? []
      : [{ outcome: 'approve', why: 'nobody is asked about what is not proven' }];
  }
  // Below what its rule asks for it was asked about; below the policy's own it would be withheld.
  const least = facts.confidence < minimum ? policy.minimumConfidence : minimum;
  const confidence = `its confidence ${shownConfidence(facts.confidence)} is not below ${least}`;
  return [
    ...(outcome === 'auto' || rules.some((other) => other.outcome === 'auto')
      ? []
      : [{ outcome: 'auto', why: 'no rule of the policy lets it go by itself' }]),
    { outcome: 'withhold', why: `it is proven, and ${confidence}` },
  ];
}

function whyNot(
  rule: Parameters<typeof whyElsewhere>[0] & { readonly when?: string },
  context: Case['context'],
  subject: Subject,
): string {
  const elsewhere = whyElsewhere(rule, context);
  if (elsewhere !== undefined) return `, and is ${elsewhere}`;
  return rule.when === undefined ? '' : `, and asks for: ${unmet(rule.when, subject)}`;
}
