export interface SandboxLimits {
  /** Wall clock. */
  readonly seconds: number;
  readonly memoryMegabytes: number;
  readonly processes: number;
  /** Largest file that may be written. */
  readonly fileMegabytes: number;
  /** Room that the project copy may take on disk on top of what it has; default 2048. */
  readonly diskMegabytes?: number;
}

export interface SandboxRun {
  readonly argv: readonly string[];
  /** Host directory that becomes `/project`, the only one that can be written besides `/tmp`. */
  readonly project: string;
  /** Working directory relative to `project`. */
  readonly cwd?: string;
  /** The whole environment besides PATH and HOME; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: SandboxLimits;
  readonly signal?: AbortSignal;
}

export interface SandboxResult {
  readonly exitCode: number | null;
  readonly signal?: string;
  readonly timedOut: boolean;
  /** The limit that ended the run, where one other than time did. */
  readonly exceeded?: 'memory' | 'disk';
  readonly durationMs: number;
  /** Bounded: head and tail are kept, the middle is cut and marked. */
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs untrusted code: no network but loopback, read-only system, a user of its own, limits on
 * time, memory, processes and file size. Killing the caller kills the whole tree.
 */
export interface Sandbox {
  /** `bubblewrap`, `docker`, `podman`, `none`. */
  readonly id: string;
  /** Why it cannot be used on this machine, or `undefined` when it can. Tried, not guessed. */
  unavailable(): Promise<string | undefined>;
  /** What isolates: for evidence, `bubblewrap 0.8.0, uid 65534, no network`. */
  describe(): Promise<string>;
  run(run: SandboxRun): Promise<SandboxResult>;
}
