export type Band = 'act' | 'attend' | 'track';

/** One additive contribution to the log-odds of exploitation or to the impact. */
export interface RiskFactor {
  /** `kev`, `epss`, `exposure`, `reachability`, … */
  readonly name: string;
  /** What was seen, for a person: `internet (inferred)`. */
  readonly value: string;
  /** Log-odds for probability factors, log of the multiplier for impact factors; 0 is neutral. */
  readonly contribution: number;
  /** Feed, file or rule it comes from. */
  readonly source: string;
  /** Which of the two sums it belongs to. */
  readonly part?: 'probability' | 'impact';
}

export interface Deadline {
  /** ISO date; absent when the rule says "with the next upgrade". */
  readonly due?: string;
  /** The rule that set it: `BOD 26-04: known exploited, exposed, automatable`. */
  readonly rule: string;
}

export interface Risk {
  /** 0–100; see docs/guide/risk.md for the formula. */
  readonly score: number;
  /** Probability of exploitation here within 30 days, 0–1. */
  readonly probability: number;
  /** Impact here, 0–1. */
  readonly impact: number;
  readonly band: Band;
  readonly deadline: Deadline;
  readonly factors: readonly RiskFactor[];
}
