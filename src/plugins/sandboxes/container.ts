import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SutureError } from '../../domain/error.ts';
import { exec } from '../../platform/exec.ts';
import { scratchDirectory } from '../../platform/scratch.ts';
import type { Sandbox, SandboxResult, SandboxRun } from '../../ports/sandbox.ts';
import { SANDBOX_UID } from './bubblewrap-argv.ts';
import { containerArgv, nodeImage, OWNER_LABEL } from './container-argv.ts';
import { takeOwnership } from './project-ownership.ts';
import { supervise } from './supervise.ts';

/** Docker's and Podman's own failures, apart from the command's (docker-run(1), "Exit Status"). */
const ENGINE_FAILED = 125;

/** A sandbox by a container engine. */
export function containerSandbox(engine: 'docker' | 'podman'): Sandbox {
  let reason: Promise<string | undefined> | undefined;
  return {
    id: engine,
    unavailable() {
      reason ??= tryIt(engine);
      return reason;
    },
    async describe() {
      const version = (await exec([engine, '--version'])).stdout.trim();
      return `${version}, image ${nodeImage()}, uid ${user().uid}, no network, read-only system, no capabilities, limits: wall and CPU time, processes, file size, memory; disk watched`;
    },
    run: (request) => run(engine, request),
  };
}

async function run(engine: 'docker' | 'podman', request: SandboxRun): Promise<SandboxResult> {
  await removeOrphans(engine);
  const { uid, gid } = user();
  const projectBytes = takeOwnership(request.project, process.getuid?.() === 0 ? uid : undefined);
  const name = `suture-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const argv = containerArgv({
    engine,
    run: request,
    name,
    image: nodeImage(),
    user: `${uid}:${gid}`,
  });
  try {
    const result = await supervise(argv, request, {
      projectBytes,
      // The engine's own control group ends what is too large; the client's memory says nothing.
      outOfMemory: async () => false,
      env: process.env,
    });
    if (result.exitCode === ENGINE_FAILED) {
      throw new SutureError('sandbox-failed', `${engine}: ${result.stderr.trim()}`, {
        remedy: `Try \`${engine} run --rm ${nodeImage()} node --version\` by hand.`,
      });
    }
    return result;
  } finally {
    // Ending the client does not end the container. Gone already is the usual case.
    await exec([engine, 'rm', '--force', name], { timeoutMs: 20_000 }).catch(() => {});
  }
}

/** Ends containers whose caller was killed. */
async function removeOrphans(engine: string): Promise<void> {
  const format = `{{.Names}} {{.Label "${OWNER_LABEL}"}}`;
  const list = await exec(
    [engine, 'ps', '--all', `--filter=label=${OWNER_LABEL}`, `--format=${format}`],
    { timeoutMs: 20_000 },
  );
  for (const line of list.stdout.split('\n')) {
    const [name, owner] = line.split(' ');
    if (!name || !owner || isAlive(Number(owner))) continue;
    await exec([engine, 'rm', '--force', name], { timeoutMs: 20_000 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function tryIt(engine: 'docker' | 'podman'): Promise<string | undefined> {
  try {
    const info = await exec([engine, 'info'], { timeoutMs: 20_000 });
    if (info.exitCode !== 0) return `${engine} does not answer: ${info.stderr.trim()}`;
    const image = await exec([engine, 'image', 'inspect', nodeImage()], { timeoutMs: 20_000 });
    if (image.exitCode !== 0) return `its image is missing, run: ${engine} pull ${nodeImage()}`;
    await using scratch = await scratchDirectory(`${engine}-try`);
    const project = join(scratch.path, 'project');
    await mkdir(project);
    const result = await run(engine, {
      argv: ['node', '-e', 'require("fs").writeFileSync("written", "")'],
      project,
      env: {},
      limits: { seconds: 30, memoryMegabytes: 512, processes: 64, fileMegabytes: 16 },
    });
    return result.exitCode === 0 ? undefined : `a trial run failed: ${result.stderr.trim()}`;
  } catch (error) {
    if (error instanceof SutureError && error.code === 'program-missing') {
      return `${engine} is not installed`;
    }
    return messageOf(error);
  }
}

function user(): { uid: number; gid: number } {
  const uid = process.getuid?.() ?? 1000;
  return uid === 0
    ? { uid: SANDBOX_UID, gid: SANDBOX_UID }
    : { uid, gid: process.getgid?.() ?? uid };
}
