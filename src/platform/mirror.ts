import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SutureError } from '../domain/error.ts';
import { acquireFileLock } from './file-lock.ts';
import { type GitRepository, repositoryAt, runGit } from './git.ts';
import { type Reach, reach } from './mirror-address.ts';
import { refused } from './mirror-failure.ts';
import { redact } from './redact.ts';

/** A first fetch of a large repository over a slow line. */
const FETCH_MS = 15 * 60_000;
const ASK_MS = 60_000;
/** Fetches of one repository follow each other; a first one may take its time. */
const LOCK_WAIT_MS = 20 * 60_000;

export interface MirrorPlace {
  /** Where the mirror is kept: `home`/repositories/ASSET. */
  readonly directory: string;
  /** Absolute path, or https or ssh address without credentials. */
  readonly location: string;
  /** `env:NAME` or `file:PATH`. */
  readonly credential?: string;
  /** The branch that is watched; absent: the remote's HEAD. */
  readonly branch?: string;
}

interface RemoteHead {
  readonly branch: string;
  readonly commit: string;
}

/**
 * Suture's own bare copy of a repository that somebody else owns. Nothing in it is of value: it can
 * be deleted at any time, and each worker has its own.
 *
 * The watched repository is only ever asked, fetched from and pushed to, and never by force.
 */
export interface Mirror {
  /** The mirror's objects; commits made here are unknown to the remote until they are pushed. */
  readonly repository: GitRepository;
  /** Where the watched branch is now, without fetching. */
  remoteHead(): Promise<RemoteHead>;
  /** Brings the watched branch with its history. */
  fetch(): Promise<RemoteHead>;
  /** Brings a commit that may be on no watched branch; `false` when the remote has it no more. */
  fetchCommit(commit: string): Promise<boolean>;
  /**
   * Makes a branch that points to `commit`. Where it is there already with this commit in it (an
   * earlier attempt, a person who went on from it), nothing happens.
   *
   * @throws SutureError `branch-taken` when it holds something else
   */
  pushBranch(commit: string, branch: string): Promise<'pushed' | 'there'>;
  /**
   * Moves a branch from one commit to a descendant; nothing happens where it holds that already.
   *
   * @throws SutureError `base-moved` when the branch is at neither; `branch-checked-out` when it is
   *   a local working tree's current branch
   */
  fastForward(branch: string, from: string, to: string): Promise<'merged' | 'there'>;
  /** Whether one commit is in the history of another; both have to be here. */
  includes(history: string, commit: string): Promise<boolean>;
  /** Packs, and lets go of what nothing has pointed to for two weeks. */
  tidy(): Promise<void>;
}

/** Opens the mirror, and makes it where there is none. */
export async function openMirror(place: MirrorPlace): Promise<Mirror> {
  await mkdir(place.directory, { recursive: true, mode: 0o700 });
  const git = join(place.directory, 'git');
  if ((await stat(join(git, 'HEAD')).catch(() => undefined)) === undefined) {
    await using _ = await lock(place.directory);
    await mustRun(place.directory, ['init', '--quiet', '--bare', '--template=', git], place);
  }
  const repository = repositoryAt(git);
  const ask = (args: readonly string[]) => remote(git, place, args, ASK_MS);

  const tips = async (...names: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const listing = await ask(['ls-remote', '--symref', '--', URL_OF_PLACE, ...names]);
    return new Map(
      listing
        .split('\n')
        .filter((line) => line !== '')
        .map((line): [string, string] => {
          const [value = '', name = ''] = line.split('\t');
          return value.startsWith('ref: ')
            ? [`ref ${name}`, value.slice('ref: '.length)]
            : [name, value];
        }),
    );
  };
  const tipOf = async (branch: string) =>
    (await tips(`refs/heads/${branch}`)).get(`refs/heads/${branch}`);

  const bring = async (refspecs: readonly string[]) => {
    await using _ = await lock(place.directory);
    await removeStaleLocks(git);
    const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-gc'];
    const args = ['fetch', ...quiet, '--no-recurse-submodules', '--', URL_OF_PLACE, ...refspecs];
    await remote(git, place, args, FETCH_MS);
  };
  const push = async (commit: string, branch: string) => {
    const args = ['push', '--quiet', '--no-verify', '--no-recurse-submodules'];
    await remote(
      git,
      place,
      [...args, '--', URL_OF_PLACE, `${commit}:refs/heads/${branch}`],
      FETCH_MS,
    );
  };
  /** Whether what the branch holds now includes the commit. */
  const holds = async (branch: string, tip: string, commit: string) => {
    if (tip === commit) return true;
    await bring([`+refs/heads/${branch}:refs/suture/seen/${branch}`]);
    return await isAncestor(git, commit, tip);
  };

  return {
    repository,
    async remoteHead() {
      return headOf(await tips('HEAD', ...heads(place)), place);
    },
    async fetch() {
      const { branch } = headOf(await tips('HEAD', ...heads(place)), place);
      await bring([`+refs/heads/${branch}:refs/heads/${branch}`]);
      // It may have moved since it was asked for; what is here now is what counts.
      const commit = await repository.branch(branch);
      if (commit === undefined) throw new Error(`${branch} was fetched and is not there`);
      return { branch, commit };
    },
    async fetchCommit(commit) {
      if ((await repository.resolve(commit)) !== undefined) return true;
      await bring([`${commit}:refs/suture/base/${commit}`]).catch(() => {});
      return (await repository.resolve(commit)) !== undefined;
    },
    async pushBranch(commit, branch) {
      const tip = await tipOf(branch);
      if (tip !== undefined) {
        if (await holds(branch, tip, commit)) return 'there';
        throw new SutureError('branch-taken', `The branch ${branch} holds something else`, {
          remedy: 'Delete or rename that branch; Suture never overwrites one.',
        });
      }
      await push(commit, branch);
      return 'pushed';
    },
    async fastForward(branch, from, to) {
      const tip = await tipOf(branch);
      if (tip !== undefined && tip !== from) {
        if (await holds(branch, tip, to)) return 'there';
        throw new SutureError('base-moved', `${branch} has moved on since the change was proven`, {
          remedy: 'The change is proven again on what is there now.',
        });
      }
      await push(to, branch);
      return 'merged';
    },
    includes: (history, commit) => isAncestor(git, commit, history),
    async tidy() {
      await using _ = await lock(place.directory);
      await removeStaleLocks(git);
      await mustRun(git, ['gc', '--quiet', '--prune=2.weeks.ago'], place);
    },
  };
}

/** Removes a mirror for good, when no process of this machine is using it. */
export async function removeMirror(directory: string): Promise<void> {
  await using _ = await lock(directory);
  await rm(join(directory, 'git'), { recursive: true, force: true, maxRetries: 3 });
}

/** Stands for the address in argument lists, so that it is put in at one place. */
const URL_OF_PLACE = '\0url';

function heads({ branch }: MirrorPlace): readonly string[] {
  return branch === undefined ? [] : [`refs/heads/${branch}`];
}

function headOf(tips: ReadonlyMap<string, string>, place: MirrorPlace): RemoteHead {
  const name = place.branch === undefined ? tips.get('ref HEAD') : `refs/heads/${place.branch}`;
  const commit = place.branch === undefined ? tips.get('HEAD') : tips.get(name ?? '');
  if (name !== undefined && commit !== undefined) {
    return { branch: name.slice('refs/heads/'.length), commit };
  }
  const which = place.branch === undefined ? 'a current branch' : `the branch ${place.branch}`;
  throw new SutureError('branch-missing', `${place.location} does not have ${which}`, {
    remedy: 'Name the branch to watch, or commit to it once.',
  });
}

async function isAncestor(git: string, commit: string, of: string): Promise<boolean> {
  const result = await runGit(git, ['merge-base', '--is-ancestor', '--end-of-options', commit, of]);
  return result.exitCode === 0;
}

/**
 * `receive-pack` runs in the other repository and obeys its configuration; where that is a path on
 * this machine it would run as us, so what could start a program there is switched off. (Fetching
 * needs no such care: git-upload-pack(1) is made to serve repositories that are not trusted.)
 */
const RECEIVE_PACK = [
  'git',
  '-c core.hooksPath=/dev/null -c core.fsmonitor=false -c core.alternateRefsCommand=true',
  '-c receive.denyCurrentBranch=refuse -c receive.autogc=false -c gc.auto=0',
  'receive-pack',
].join(' ');

async function remote(
  git: string,
  place: MirrorPlace,
  args: readonly string[],
  timeoutMs: number,
): Promise<string> {
  const how: Reach = await reach(place.location, place.credential);
  const [command = '', ...rest] = args.map((arg) => (arg === URL_OF_PLACE ? how.url : arg));
  const careful = command === 'push' && how.local ? [`--receive-pack=${RECEIVE_PACK}`] : [];
  const argv = [...how.settings, command, ...careful, ...rest];
  const result = await runGit(git, argv, { env: how.env, timeoutMs });
  if (result.exitCode === 0) return result.stdout;
  throw refused(place.location, command, redact(result.stderr), result.timedOut);
}

async function mustRun(cwd: string, args: readonly string[], place: MirrorPlace): Promise<void> {
  const result = await runGit(cwd, args, { timeoutMs: FETCH_MS });
  if (result.exitCode !== 0) {
    throw refused(place.location, args[0] ?? '', redact(result.stderr), result.timedOut);
  }
}

async function lock(directory: string): Promise<AsyncDisposable> {
  return await acquireFileLock(join(directory, 'lock'), {
    waitMs: LOCK_WAIT_MS,
    busy: (pid) =>
      new SutureError('mirror-busy', `process ${pid} is still fetching ${directory}`, {
        remedy: 'It is tried again later; end that process if it hangs.',
      }),
  });
}

/** What a killed git left behind. Safe under our own lock: nobody else writes here. */
async function removeStaleLocks(git: string): Promise<void> {
  for (const [folder, recursive] of [
    ['', false],
    ['refs', true],
    ['objects/pack', false],
  ] as const) {
    const entries = await readdir(join(git, folder), { recursive, withFileTypes: true });
    for (const { name, parentPath } of entries) {
      if (!name.endsWith('.lock') && !name.startsWith('tmp_')) continue;
      await rm(join(parentPath, name), { force: true });
    }
  }
}
