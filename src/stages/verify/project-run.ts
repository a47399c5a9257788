import type { RunResult, TestOutcome } from '../../domain/verification.ts';

/** What one package's code did during a run. */
interface PackageCoverage {
  /** Functions that ran at least once. */
  readonly functionsRun: number;
  /** Functions in the files that were loaded. */
  readonly functionsSeen: number;
}

/** Answer of a started service to one declared request. */
export interface HttpAnswer {
  readonly path: string;
  readonly expected: number;
  /** `null`: no answer. */
  readonly status: number | null;
}

/** What a service did under load. Latencies in milliseconds. */
export interface LoadFigures {
  readonly requests: number;
  /** No answer, or a status of 500 and above. */
  readonly errors: number;
  readonly p50: number;
  readonly p99: number;
  readonly requestsPerSecond: number;
}

/** The project's own service, started and asked. */
export interface ServiceRun {
  /** Whether it listened on its port in time. */
  readonly started: boolean;
  readonly http: readonly HttpAnswer[];
  readonly load?: LoadFigures;
}

/** What one copy of the project did in the sandbox, with all that the judge looks at. */
export interface ProjectRun extends RunResult {
  /** By `name@version` of packages that were loaded; absent when it was not measured. */
  readonly coverage?: Readonly<Record<string, PackageCoverage>>;
  /** Some processes were ended before they told: `coverage` is a lower bound. */
  readonly coverageIncomplete?: boolean;
  /** Exit code 0 means that the exploit succeeds. */
  readonly exploits: Readonly<Record<string, 'succeeds' | 'fails'>>;
  /** Entry points that were loaded for want of tests: file to outcome. */
  readonly loads: Readonly<Record<string, TestOutcome>>;
  readonly service?: ServiceRun;
  /** What could not be done and why, for a person. */
  readonly notes: readonly string[];
}
