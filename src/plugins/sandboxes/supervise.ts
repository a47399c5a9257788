import { exec } from '../../platform/exec.ts';
import type { SandboxResult, SandboxRun } from '../../ports/sandbox.ts';
import { exitStatus } from './exit-status.ts';
import { MAX_OUTPUT_BYTES, MEGABYTE } from './limits.ts';
import { treeMemory } from './process-tree.ts';
import { type Watch, watch } from './watch.ts';

/**
 * Runs an isolating command and sees to what it does not limit itself: wall time, disk, bounded
 * output and, where asked, memory.
 *
 * @param projectBytes What the project copy took on disk before.
 */
export async function supervise(
  argv: readonly string[],
  request: SandboxRun,
  options: {
    readonly projectBytes: number;
    /** Where something else bounds memory: whether that has struck. Otherwise the tree is watched. */
    readonly outOfMemory?: () => Promise<boolean>;
    readonly env: NodeJS.ProcessEnv;
    readonly cwd?: string;
  },
): Promise<SandboxResult> {
  const watching: { watch?: Watch } = {};
  try {
    const result = await exec(argv, {
      cwd: options.cwd ?? '/',
      env: options.env,
      timeoutMs: request.limits.seconds * 1000,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      onSpawn: (pid) => {
        const { project, limits } = request;
        const outOfMemory =
          options.outOfMemory ??
          (async () => (await treeMemory(pid)) > limits.memoryMegabytes * MEGABYTE);
        const { projectBytes } = options;
        watching.watch = watch({ pid, project, limits, projectBytes, outOfMemory });
      },
    });
    const { signal, exitCode, ...rest } = result;
    const struck = (await options.outOfMemory?.()) === true ? ('memory' as const) : undefined;
    const exceeded = watching.watch?.exceeded ?? struck;
    return {
      ...rest,
      ...(signal === null ? exitStatus(exitCode) : { exitCode: null, signal }),
      ...(exceeded === undefined ? {} : { exceeded }),
    };
  } finally {
    watching.watch?.[Symbol.dispose]();
  }
}
