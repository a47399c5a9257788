import type { Policy } from '../../../domain/configuration.ts';
import type { AssetContext } from '../../../domain/context.ts';
import type { Finding } from '../../../domain/finding.ts';
import { deadlineInput } from '../risk/assess.ts';
import { intrinsicOf } from '../risk/traits.ts';
import { type DeadlineCandidate, deadlinesOf } from './deadline.ts';

/**
 * What every rule that a policy puts into force says of a finding that was assessed before, earliest
 * first; see `deadlinesOf`. Its risk stays as it is.
 *
 * @param firstSeen ISO date or time: the start of most clocks
 */
export function deadlinesUnder(
  policy: Pick<Policy, 'deadlines' | 'deadlinePolicy'>,
  finding: Finding,
  context: AssetContext,
  times: { readonly firstSeen?: string; readonly now: Date },
): readonly DeadlineCandidate[] {
  const { deadlines, deadlinePolicy } = policy;
  const { reachability, risk, advisory } = finding;
  return deadlinesOf(
    deadlineInput(
      {
        finding,
        reachability,
        context,
        deadlines,
        ...times,
        ...(deadlinePolicy !== undefined && { standards: deadlinePolicy }),
      },
      {
        band: risk.band,
        impact: risk.impact,
        intrinsic: intrinsicOf(advisory, advisory.threat),
      },
    ),
  );
}

/** The same finding with the deadline that a policy sets. */
export function withDeadline(
  policy: Pick<Policy, 'deadlines' | 'deadlinePolicy'>,
  finding: Finding,
  context: AssetContext,
  times: { readonly firstSeen?: string; readonly now: Date },
): Finding {
  const [first] = deadlinesUnder(policy, finding, context, times);
  const rule = first?.rule ?? 'no rule sets a date';
  const deadline = first?.due === undefined ? { rule } : { due: first.due, rule };
  return { ...finding, risk: { ...finding.risk, deadline } };
}
