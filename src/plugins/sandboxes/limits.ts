import type { SandboxLimits } from '../../ports/sandbox.ts';

export const DEFAULT_DISK_MEGABYTES = 2048;
export const MEGABYTE = 1024 * 1024;
/** Bytes kept of each stream of a sandboxed command; the middle of more is cut. */
export const MAX_OUTPUT_BYTES = 16 * MEGABYTE;

/** Size of `/tmp` inside: memory, so never more than a quarter of what the run may have. */
export function tmpMegabytes(limits: SandboxLimits): number {
  return Math.max(16, Math.min(1024, Math.floor(limits.memoryMegabytes / 4)));
}

/**
 * The limits that the kernel keeps per process, as a prlimit(1) prefix. CPU time is a backstop for
 * a caller that is itself stopped: wall time is the limit that counts.
 */
export function prlimitArgv(limits: SandboxLimits): readonly string[] {
  return [
    'prlimit',
    `--nproc=${limits.processes}`,
    `--fsize=${limits.fileMegabytes * MEGABYTE}`,
    `--cpu=${Math.ceil(limits.seconds) * 2}`,
    '--nofile=8192',
    '--core=0',
    '--',
  ];
}
