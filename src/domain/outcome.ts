import type { Verdict } from './verification.ts';

/** What was said of a change when it was verified. */
export interface RecordedVerdict {
  readonly kind: 'verdict';
  readonly change: string;
  /** ISO 8601. */
  readonly at: string;
  readonly verdict: Verdict;
  readonly confidence: number;
  /** The confidence model that said so. */
  readonly model: string;
  readonly factors: Readonly<Record<string, number>>;
}

/** What really happened to a change, as a person reports it. */
export interface RecordedOutcome {
  readonly kind: 'outcome';
  readonly change: string;
  readonly at: string;
  /** `held`: merged and fine; `broke`: broke something that verification had not seen. */
  readonly result: 'held' | 'broke';
  readonly note: string;
}

export type OutcomeRecord = RecordedVerdict | RecordedOutcome;
