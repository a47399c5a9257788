import type { TestOutcome } from '../../../domain/verification.ts';

export interface Observation {
  readonly runners: readonly string[];
  readonly tests: Readonly<Record<string, TestOutcome>>;
  /** Processes that were ended before they could tell what ran in them: coverage is a lower bound. */
  readonly uncovered: number;
  readonly coverage: Readonly<Record<string, { functionsRun: number; functionsSeen: number }>>;
}
