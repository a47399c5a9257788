export type Verdict = 'proven' | 'failed' | 'inconclusive';

export type TestOutcome = 'passed' | 'failed' | 'skipped';

/** One command run in the sandbox. */
export interface CommandResult {
  /** `install-scripts`, `build`, `test`, `load`, `exploit:NAME`, … */
  readonly step: string;
  readonly argv: readonly string[];
  readonly exitCode: number | null;
  readonly signal?: string;
  readonly timedOut: boolean;
  readonly durationMs: number;
  /** The last part of the output, neutralised, for a person. */
  readonly outputTail: string;
}

/** What one copy of the project did in the sandbox. */
export interface RunResult {
  readonly commands: readonly CommandResult[];
  /** How the tests were told apart: `node:test`, `vitest`, `junit`, `tap`, `exit-code`, `none`. */
  readonly runner: string;
  /** Test name (file and titles joined with ` › `) to outcome; empty when only the exit code is known. */
  readonly tests: Readonly<Record<string, TestOutcome>>;
}

/** A thing that worked before and does not now. */
export interface Regression {
  readonly kind: 'test' | 'build' | 'install' | 'load' | 'http' | 'latency' | 'exit-code';
  readonly name: string;
  readonly message: string;
}

export interface ExploitResult {
  readonly name: string;
  readonly before: 'succeeds' | 'fails';
  readonly after: 'succeeds' | 'fails';
}

/** How far the project's tests exercise the packages that a change replaces. */
export interface TestsReachChange {
  /** Per package: functions that ran / functions in its loaded files, and whether it loaded at all. */
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly loaded: boolean;
    readonly functionsRun: number;
    readonly functionsSeen: number;
  }[];
  /** Share of changed packages that tests loaded, 0–1; absent when nothing was measured. */
  readonly share?: number;
}

export interface Rescan {
  /** Finding ids that were meant to go and are gone. */
  readonly closed: readonly string[];
  /** Finding ids that were meant to go and are still there. */
  readonly remaining: readonly string[];
  /** Findings that were not there before: `name@version advisory`. */
  readonly introduced: readonly string[];
}

export interface Verification {
  readonly verdict: Verdict;
  /** One sentence for a person: why this verdict. */
  readonly because: string;
  readonly baseline: readonly RunResult[];
  readonly patched: RunResult;
  /** Tests that did not agree with themselves on the unpatched copy; never counted. */
  readonly flaky: readonly string[];
  /** Failed already on the unpatched copy; never counted. */
  readonly failingBefore: readonly string[];
  readonly regressions: readonly Regression[];
  readonly rescan: Rescan;
  readonly exploits: readonly ExploitResult[];
  readonly testsReachChange: TestsReachChange;
  /** What could not be checked and why, for a person. */
  readonly gaps: readonly string[];
}

export interface ConfidenceFactor {
  readonly name: string;
  readonly value: string;
  /** Natural logarithm of what it multiplies the probability by; 0 is neutral. */
  readonly contribution: number;
}

/** Probability that the change closes its findings and breaks nothing. */
export interface Confidence {
  readonly value: number;
  /** 90 % credible interval. */
  readonly interval: readonly [number, number];
  readonly factors: readonly ConfidenceFactor[];
  /** Version of the model that said so: its outcomes are calibrated apart. */
  readonly model: string;
}
