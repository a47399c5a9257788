import type { DeadlineStandard } from '../../../domain/deadline-policy.ts';
import { defaultPublishedDeadlines, type HouseDeadline } from '../../../domain/deadline-policy.ts';
import type { Deadline } from '../../../domain/risk.ts';
import { type DeadlineInput, detectedAt, isoAfter } from './input.ts';
import { STANDARDS } from './standards.ts';

/** One rule's answer: a date, or the reason why it sets none. */
export interface DeadlineCandidate extends Deadline {
  readonly from: DeadlineStandard | 'house';
}

/**
 * When a finding is to be closed: the earliest date that any rule in force sets, with that rule's
 * name. A date in the past is overdue. Without a date, the rule says why.
 */
export function deadlineOf(input: DeadlineInput): Deadline {
  const [first] = deadlinesOf(input);
  if (first === undefined) return { rule: 'no rule sets a date' };
  const { due, rule } = first;
  return due === undefined ? { rule } : { due, rule };
}

/**
 * What every rule in force says, earliest first: the published standards in the order that the
 * policy names them, then house rules that fit the band, environment and criticality. Rules that
 * set no date come last.
 */
export function deadlinesOf(input: DeadlineInput): readonly DeadlineCandidate[] {
  const { standards } = input.standards ?? defaultPublishedDeadlines;
  const published = standards.flatMap((from): DeadlineCandidate[] => {
    const deadline = STANDARDS[from](input);
    return deadline === undefined ? [] : [{ ...deadline, from }];
  });
  // Sorting is stable: of two rules with the same date, the one named first stays first.
  return [...published, ...house(input)].sort(byDate);
}

function house(input: DeadlineInput): readonly DeadlineCandidate[] {
  return input.deadlines
    .filter((rule) => fits(rule, input))
    .map(({ days, name, band }) => ({
      due: isoAfter(detectedAt(input), days),
      rule: `house rule${name === undefined ? '' : ` "${name}"`}: ${band} within ${days} ${days === 1 ? 'day' : 'days'}`,
      from: 'house' as const,
    }));
}

function fits(rule: HouseDeadline, { band, context }: DeadlineInput): boolean {
  const { environments, criticalities } = rule;
  return (
    rule.band === band &&
    (environments?.includes(context.environment.value) ?? true) &&
    (criticalities?.includes(context.criticality.value) ?? true)
  );
}

function byDate(a: Deadline, b: Deadline): number {
  const [left, right] = [a.due ?? 'z', b.due ?? 'z'];
  return left < right ? -1 : left > right ? 1 : 0;
}
