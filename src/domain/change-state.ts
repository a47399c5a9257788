/**
 * Where a change stands, from proof to verified closure.
 *
 * - `withheld`: not proven, or below the confidence that policy asks for; shown, never handed over
 * - `observed`: proven; policy only observes here
 * - `suggested`: proven; policy leaves it to people to take it, without asking anyone
 * - `awaiting-approval`: proven; policy asks people
 * - `scheduled`: approved, and waits for a window, the end of a freeze, or the change it is made on
 * - `handed-over`: on a branch (or merged) in the repository; not yet rescanned
 * - `closed`: merged, rescanned, and its findings are gone
 * - `not-effective`: merged and rescanned, and a finding is still there
 * - `superseded`: a newer plan for the same asset took its place
 */
export type ChangeState =
  | 'withheld'
  | 'observed'
  | 'suggested'
  | 'awaiting-approval'
  | 'scheduled'
  | 'handed-over'
  | 'closed'
  | 'not-effective'
  | 'rejected'
  | 'superseded'
  | 'cancelled';

/** What a person says of a change that waits. */
export type VoteVerdict = 'approve' | 'reject' | 'request-changes';

export interface Vote {
  readonly id: string;
  /** User id. */
  readonly by: string;
  readonly byName: string;
  readonly verdict: VoteVerdict;
  readonly reason: string;
  /** For `request-changes`: packages the next plan must leave alone. */
  readonly avoid: readonly string[];
  readonly at: string;
}
