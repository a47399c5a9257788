/* oxlint-disable unicorn/no-useless-spread -- options stand in groups, beside their values */
import { join } from 'node:path';
import type { SandboxRun } from '../../ports/sandbox.ts';
import { ETC_FILES } from './etc-files.ts';
import { MEGABYTE, prlimitArgv, tmpMegabytes } from './limits.ts';
import { TOOLS, type Toolchain } from './toolchain.ts';

/** The unprivileged user that root becomes: outside every range that distributions give out. */
export const SANDBOX_UID = 64_042;

export interface BubblewrapPlan {
  readonly run: SandboxRun;
  readonly toolchain: Toolchain;
  /** Host folder that holds {@link ETC_FILES}. */
  readonly etc: string;
  /** Top-level host folders that are real ones, not links into /usr: `lib64`, … */
  readonly systemFolders: readonly string[];
  /** Links into /usr: `bin` → `usr/bin`. */
  readonly systemLinks: Readonly<Record<string, string>>;
  /** Files of the host's /etc that programs need and that say nothing of the machine. */
  readonly etcFiles: readonly string[];
  readonly asRoot: boolean;
}

/**
 * The argument vector that runs a command isolated (bwrap(1)).
 *
 * As a normal user, one bubblewrap in a user namespace. As root, two: the project and the tools may
 * be below folders that only root can enter, so an outer one, in a mount namespace that ends with
 * it, shows them under /tmp; then setpriv(1) gives up root for good, and the inner one is the same
 * as a normal user's.
 */
export function bubblewrapArgv(plan: BubblewrapPlan): readonly string[] {
  const { run, toolchain } = plan;
  if (!plan.asRoot) return innerArgv(plan, run.project, plan.etc, (mount) => mount.host);
  const staged = '/tmp/suture';
  const tools = toolchain.mounts.map(({ host, inside }) => [host, join(staged, 'tools', inside)]);
  return [
    // A plain bind would forbid devices, and /dev/null with them.
    // The process namespace ends with this bubblewrap. Without it nothing would tell the inner one:
    // a parent's death is a signal, and root without capabilities may not signal another user.
    ...['bwrap', '--die-with-parent', '--unshare-pid', '--dev-bind', '/', '/'],
    ...['--perms', '0755', '--tmpfs', '/tmp', '--perms', '0755', '--dir', staged],
    ...['--perms', '0755', '--dir', join(staged, 'tools')],
    ...['--bind', run.project, join(staged, 'project'), '--ro-bind', plan.etc, join(staged, 'etc')],
    ...tools.flatMap(([host, at]) => ['--ro-bind', host ?? '', at ?? '']),
    ...['--', 'setpriv', `--reuid=${SANDBOX_UID}`, `--regid=${SANDBOX_UID}`, '--clear-groups'],
    ...['--inh-caps=-all', '--bounding-set=-all', '--'],
    ...innerArgv(plan, join(staged, 'project'), join(staged, 'etc'), ({ inside }) =>
      join(staged, 'tools', inside),
    ),
  ];
}

function innerArgv(
  plan: BubblewrapPlan,
  project: string,
  etc: string,
  toolAt: (mount: Toolchain['mounts'][number]) => string,
): readonly string[] {
  const { run, toolchain } = plan;
  const tmpBytes = String(tmpMegabytes(run.limits) * MEGABYTE);
  const environment = Object.entries(run.env).filter(([name]) => !RESERVED.has(name));
  return [
    ...['bwrap', '--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent'],
    ...['--new-session', '--cap-drop', 'ALL', '--uid', '1000', '--gid', '1000'],
    ...['--hostname', 'suture', '--ro-bind', '/usr', '/usr'],
    ...plan.systemFolders.flatMap((name) => ['--ro-bind', `/${name}`, `/${name}`]),
    ...Object.entries(plan.systemLinks).flatMap(([name, to]) => ['--symlink', to, `/${name}`]),
    ...['--proc', '/proc', '--dev', '/dev', '--size', tmpBytes, '--perms', '1777'],
    // bubblewrap's own /dev and / are memory without a limit that the user inside owns.
    ...['--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ...['--size', tmpBytes, '--perms', '1777', '--tmpfs', '/tmp', '--dir', HOME],
    ...['--perms', '0755', '--dir', '/var', '--symlink', '../tmp', '/var/tmp'],
    ...Object.keys(ETC_FILES).flatMap((name) => ['--ro-bind', join(etc, name), `/etc/${name}`]),
    ...plan.etcFiles.flatMap((name) => ['--ro-bind', `/etc/${name}`, `/etc/${name}`]),
    ...['--perms', '0755', '--dir', '/opt', '--perms', '0755', '--dir', TOOLS],
    ...toolchain.mounts.flatMap((mount) => ['--ro-bind', toolAt(mount), join(TOOLS, mount.inside)]),
    ...['--perms', '0755', '--dir', join(TOOLS, 'bin')],
    ...toolchain.links.flatMap(({ name, target }) => [
      '--symlink',
      target,
      join(TOOLS, 'bin', name),
    ]),
    ...['--bind', project, '/project', '--remount-ro', '/', '--chdir', workingDirectory(run)],
    ...['--clearenv', '--setenv', 'PATH', PATH, '--setenv', 'HOME', HOME],
    ...environment.flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--', ...prlimitArgv(run.limits), ...run.argv],
  ];
}

const HOME = '/tmp/home';
const PATH = `${TOOLS}/bin:/usr/local/bin:/usr/bin:/bin`;
const RESERVED = new Set(['PATH', 'HOME']);

/** A working directory that leaves the project would be another one than the caller meant. */
export function workingDirectory(run: SandboxRun): string {
  const directory = join('/project', run.cwd ?? '.');
  return directory.startsWith('/project/') ? directory : '/project';
}
