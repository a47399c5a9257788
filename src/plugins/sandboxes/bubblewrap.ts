import { access, lstat, mkdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SutureError } from '../../domain/error.ts';
import { exec } from '../../platform/exec.ts';
import { scratchDirectory } from '../../platform/scratch.ts';
import type { Sandbox, SandboxResult, SandboxRun } from '../../ports/sandbox.ts';
import { bubblewrapArgv, SANDBOX_UID } from './bubblewrap-argv.ts';
import { writeEtc } from './etc-files.ts';
import { type MemoryCgroup, memoryCgroup } from './memory-cgroup.ts';
import { takeOwnership } from './project-ownership.ts';
import { supervise } from './supervise.ts';
import { toolchain } from './toolchain.ts';

/** Linux namespaces by bubblewrap, as root or as a normal user. */
export function bubblewrapSandbox(): Sandbox {
  let reason: Promise<string | undefined> | undefined;
  return {
    id: 'bubblewrap',
    unavailable() {
      reason ??= tryIt();
      return reason;
    },
    async describe() {
      const version = (await exec(['bwrap', '--version'])).stdout.trim();
      await using group = await memoryCgroup(64);
      const memory = group === undefined ? 'watched' : `by control group v${group.version}`;
      return `${version}, uid ${isRoot() ? SANDBOX_UID : process.getuid?.()}, no network but loopback, read-only system, no view of home, limits: wall and CPU time, processes, file size by prlimit, memory ${memory}, disk watched`;
    },
    run,
  };
}

/** bubblewrap's own complaints, from before the command ran. */
const SETUP_FAILED = /^bwrap: (?!execvp)(.*)$/m;

async function run(request: SandboxRun): Promise<SandboxResult> {
  await using scratch = await scratchDirectory('sandbox');
  await writeEtc(scratch.path);
  const projectBytes = takeOwnership(request.project, isRoot() ? SANDBOX_UID : undefined);
  await using group = await memoryCgroup(request.limits.memoryMegabytes);
  const argv = bubblewrapArgv({
    run: request,
    toolchain: await toolchain(request.project),
    etc: scratch.path,
    asRoot: isRoot(),
    ...(await systemLayout()),
  });
  const result = await supervise(group === undefined ? argv : insideGroup(group, argv), request, {
    projectBytes,
    ...(group === undefined ? {} : { outOfMemory: () => group.exceeded() }),
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
  });
  const failed = SETUP_FAILED.exec(result.stderr);
  if (result.exitCode === 1 && result.stdout === '' && failed !== null) {
    throw new SutureError('sandbox-failed', `bubblewrap could not isolate: ${failed[1]}`, {
      remedy: 'Run it again; if it stays, install Docker or Podman and use that.',
    });
  }
  return result;
}

/** A constant script: the arguments are never part of what the shell reads. */
function insideGroup(group: MemoryCgroup, argv: readonly string[]): readonly string[] {
  return ['sh', '-c', 'echo $$ > "$1" && shift && exec "$@"', 'sh', group.procs, ...argv];
}

/** Runs a command in an empty project, the way that every later run goes. */
async function tryIt(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'bubblewrap needs Linux';
  try {
    await using scratch = await scratchDirectory('sandbox-try');
    const project = join(scratch.path, 'project');
    await mkdir(project);
    const result = await run({
      argv: ['node', '-e', 'require("fs").writeFileSync("written", "")'],
      project,
      env: {},
      limits: { seconds: 30, memoryMegabytes: 512, processes: 64, fileMegabytes: 16 },
    });
    if (result.exitCode === 0) return undefined;
    return `a trial run ended with ${result.exitCode ?? result.signal}: ${firstLine(result.stderr)}`;
  } catch (error) {
    if (error instanceof SutureError && error.code === 'program-missing') {
      return 'bubblewrap, setpriv or prlimit is not installed';
    }
    const message = messageOf(error);
    return /uid map|user namespace|Operation not permitted|Permission denied/.test(message)
      ? `${message} (user namespaces are switched off here; on Ubuntu: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0)`
      : message;
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

const USR_FOLDERS = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];
/** Where distributions that keep no programs in /usr have them. */
const OTHER_SYSTEM_FOLDERS = ['nix/store', 'gnu/store'];
const ETC_NEEDED = [
  'ld.so.cache',
  'alternatives',
  'localtime',
  'ssl/certs',
  'ssl/openssl.cnf',
  'pki/tls/certs',
  'crypto-policies',
];

async function systemLayout(): Promise<{
  systemFolders: string[];
  systemLinks: Record<string, string>;
  etcFiles: string[];
}> {
  const systemFolders: string[] = [];
  const systemLinks: Record<string, string> = {};
  for (const name of USR_FOLDERS) {
    const info = await lstat(`/${name}`).catch(() => undefined);
    if (info?.isSymbolicLink()) systemLinks[name] = await readlink(`/${name}`);
    else if (info?.isDirectory()) systemFolders.push(name);
  }
  for (const name of OTHER_SYSTEM_FOLDERS) if (await exists(`/${name}`)) systemFolders.push(name);
  const etcFiles: string[] = [];
  for (const name of ETC_NEEDED) if (await exists(`/etc/${name}`)) etcFiles.push(name);
  return { systemFolders, systemLinks, etcFiles };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
