import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { scratchDirectory } from '../../platform/scratch.ts';
import type { Sandbox } from '../../ports/sandbox.ts';
import { takeOwnership } from './project-ownership.ts';
import { supervise } from './supervise.ts';

/**
 * No isolation at all: time, memory and disk are watched, nothing else is limited. For machines
 * that have no sandbox and people who said, loudly, that they accept it.
 *
 * @param acknowledged Whether the operator's policy or flag allows it; a repository cannot.
 */
export function noSandbox(acknowledged: boolean): Sandbox {
  return {
    id: 'none',
    unavailable: async () =>
      acknowledged
        ? undefined
        : 'code of packages would run on this machine with your rights; it takes an explicit --unsandboxed',
    describe: async () =>
      'NO SANDBOX: code of packages ran with the rights of the caller, with network; time, memory and disk watched',
    async run(request) {
      if (!acknowledged) throw new TypeError('noSandbox was not acknowledged');
      await using scratch = await scratchDirectory('unsandboxed-home');
      const home = join(scratch.path, 'home');
      await mkdir(home);
      const projectBytes = takeOwnership(request.project, undefined);
      return await supervise(request.argv, request, {
        projectBytes,
        cwd: join(request.project, request.cwd ?? '.'),
        env: {
          ...request.env,
          PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
          HOME: home,
        },
      });
    },
  };
}
