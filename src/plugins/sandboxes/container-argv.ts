/* oxlint-disable unicorn/no-useless-spread -- options stand in groups, beside their values */
import type { SandboxRun } from '../../ports/sandbox.ts';
import { workingDirectory } from './bubblewrap-argv.ts';
import { MEGABYTE, tmpMegabytes } from './limits.ts';

export interface ContainerPlan {
  readonly engine: 'docker' | 'podman';
  readonly run: SandboxRun;
  readonly name: string;
  readonly image: string;
  /** `uid:gid` inside: the owner of the project copy. */
  readonly user: string;
}

/** Label that says which process a container belongs to, so that orphans can be told. */
export const OWNER_LABEL = 'suture.owner';

/**
 * The argument vector that runs a command in a container with the same promises as bubblewrap's.
 *
 * `timeout` inside ends the container when the caller is killed: the engine, not the caller, is the
 * parent of what runs in it.
 */
export function containerArgv(plan: ContainerPlan): readonly string[] {
  const { run, engine } = plan;
  const { limits } = run;
  const memory = `${limits.memoryMegabytes}m`;
  const tmp = `rw,exec,nosuid,nodev,size=${tmpMegabytes(limits)}m,mode=1777`;
  return [
    ...[engine, 'run', '--rm', '--init', '--pull=never', `--name=${plan.name}`],
    ...[`--label=${OWNER_LABEL}=${process.pid}`, '--network=none', '--hostname=suture'],
    ...['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--ipc=private'],
    ...[`--user=${plan.user}`, ...(engine === 'podman' ? ['--userns=keep-id'] : [])],
    ...[`--memory=${memory}`, `--memory-swap=${memory}`, `--pids-limit=${limits.processes}`],
    ...[`--ulimit=fsize=${limits.fileMegabytes * MEGABYTE}`, '--ulimit=core=0'],
    ...[`--ulimit=cpu=${Math.ceil(limits.seconds) * 2}`, '--ulimit=nofile=8192'],
    ...[`--tmpfs=/tmp:${tmp}`, `--volume=${run.project}:/project:rw`],
    `--workdir=${workingDirectory(run)}`,
    ...Object.entries(run.env)
      .filter(([name]) => name !== 'PATH' && name !== 'HOME')
      .map(([name, value]) => `--env=${name}=${value}`),
    ...['--env=HOME=/tmp', '--entrypoint=timeout', plan.image],
    ...['--signal=KILL', String(Math.ceil(limits.seconds) + 5), ...run.argv],
  ];
}

/** Official Node image of exactly the version that runs Suture; a short name, the engine resolves it. */
export function nodeImage(version: string = process.versions.node): string {
  return `node:${version}-bookworm-slim`;
}
