import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { SutureError } from '../domain/error.ts';
import { type ExecResult, exec } from './exec.ts';
import { type Link, makeLinksInside } from './links-inside.ts';
import { scratchDirectory } from './scratch.ts';

/**
 * A user's git repository, used without ever touching the working tree, the index or the checked
 * out branch: files come out of the object store, commits go into it, and a branch appears.
 *
 * A repository's own configuration can name programs to run (fsmonitor, hooks, filters, pagers);
 * every call switches those off, and file contents bypass filters in both directions.
 */
export interface GitRepository {
  readonly root: string;
  /** Commit id of HEAD; throws `git-empty` when there is none. */
  head(): Promise<string>;
  /** URL of `origin` without credentials, if there is one. */
  remote(): Promise<string | undefined>;
  /** A file's text as committed, or `undefined` when the commit has no such file. */
  fileAt(commit: string, path: string): Promise<string | undefined>;
  /** Writes the files of a commit (below `under`) into `directory`. Submodules are left out. */
  exportCommit(commit: string, directory: string, under?: string): Promise<void>;
  /** Writes a commit object; no branch moves. `undefined` deletes a file. Returns its id. */
  commit(request: CommitRequest): Promise<string>;
  /** Tree id of a commit. */
  treeOf(commit: string): Promise<string>;
  /** What a branch points to, if it exists. */
  branch(name: string): Promise<string | undefined>;
  /** Points a branch at a commit, only if it still is where it was when looked at. */
  setBranch(name: string, commit: string, previous: string | undefined): Promise<void>;
  /** Commits from (without) one to (with) the other along first parents, oldest first. */
  commitsBetween(from: string, to: string): Promise<readonly string[]>;
  /** The commit a revision names (`main~2`, an id), or `undefined` when it names none. */
  resolve(revision: string): Promise<string | undefined>;
}

interface CommitRequest {
  readonly parent: string;
  /** Path relative to the root → content, or `undefined` to delete. */
  readonly files: ReadonlyMap<string, string | undefined>;
  readonly message: string;
  /** Who commits, and when; the same request then gives the same id anywhere. Default: the user, now. */
  readonly by?: CommitIdentity;
}

export interface CommitIdentity {
  readonly name: string;
  readonly email: string;
  /** ISO 8601; whole seconds count. */
  readonly at: string;
}

/** Switches off whatever a repository's own configuration could start. */
const SAFE: readonly string[] = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'core.quotePath=false',
  'core.sshCommand=false',
  'commit.gpgSign=false',
  'gc.auto=0',
  'protocol.ext.allow=never',
].flatMap((setting) => ['-c', setting]);

/** The repository that holds `directory`, or `undefined` when none does (or git is missing). */
export async function openRepository(directory: string): Promise<GitRepository | undefined> {
  const found = await exec(['git', ...SAFE, 'rev-parse', '--show-toplevel'], {
    cwd: directory,
    env: gitEnvironment(),
  }).catch(() => undefined);
  if (found === undefined) return undefined;
  if (found.exitCode !== 0) {
    if (/dubious ownership/.test(found.stderr)) {
      throw new SutureError(
        'git-ownership',
        `git refuses ${directory}: it belongs to another user`,
        {
          remedy: `If you trust it, run: git config --global --add safe.directory ${resolve(directory)}`,
        },
      );
    }
    return undefined;
  }
  return repositoryAt(found.stdout.replace(/\n$/, ''));
}

/** A repository known to be at `root`: a working tree's top, or a bare repository. */
export function repositoryAt(root: string): GitRepository {
  const git = async (args: readonly string[], options: GitOptions = {}): Promise<string> => {
    const result = await runGit(root, args, options);
    if (result.exitCode !== 0) throw gitFailed(args, result);
    return result.stdout;
  };
  const resolves = async (revision: string): Promise<string | undefined> => {
    const result = await runGit(root, [
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      revision,
    ]);
    return result.exitCode === 0 ? result.stdout.trim() : undefined;
  };

  return {
    root,
    async head() {
      const commit = await resolves('HEAD^{commit}');
      if (commit !== undefined) return commit;
      throw new SutureError('git-empty', `${root} has no commit yet`, {
        remedy: 'Commit once, then run again; patches start from HEAD.',
      });
    },
    async remote() {
      const result = await runGit(root, ['config', '--get', 'remote.origin.url']);
      return result.exitCode === 0 ? withoutCredentials(result.stdout.trim()) : undefined;
    },
    async fileAt(commit, path) {
      const result = await runGit(root, ['cat-file', 'blob', `${commit}:${path}`]);
      return result.exitCode === 0 ? result.stdout : undefined;
    },
    exportCommit: (commit, directory, under = '') => exportCommit(root, commit, directory, under),
    async commit({ parent, files, message, by }) {
      // Not in .git: what a killed run leaves there would stay for good.
      await using scratch = await scratchDirectory('index');
      const env = { GIT_INDEX_FILE: join(scratch.path, 'index') };
      await git(['read-tree', parent], { env });
      const modes = await fileModes(git, parent);
      for (const [path, content] of files) {
        if (content === undefined) {
          await git(['update-index', '--force-remove', '--', path], { env });
          continue;
        }
        const blob = await git(['hash-object', '-w', '--stdin', '--no-filters'], {
          input: content,
        });
        const mode = modes.get(path);
        // New content is never a link's target: what was a link becomes a file.
        const entry = `${mode === '100755' ? mode : '100644'},${blob.trim()},${path}`;
        await git(['update-index', '--add', '--cacheinfo', entry], { env });
      }
      const tree = (await git(['write-tree'], { env })).trim();
      const commit = await git(['commit-tree', tree, '-p', parent, '-F', '-'], {
        input: message,
        env: by === undefined ? await identity(root) : identityOf(by),
      });
      return commit.trim();
    },
    async treeOf(commit) {
      return (await git(['rev-parse', '--verify', '--end-of-options', `${commit}^{tree}`])).trim();
    },
    branch: (name) => resolves(`refs/heads/${name}^{commit}`),
    async setBranch(name, commit, previous) {
      await git(['check-ref-format', '--branch', name]);
      await git([
        'update-ref',
        '-m',
        'suture patch',
        `refs/heads/${name}`,
        commit,
        previous ?? NO_COMMIT,
      ]);
    },
    async commitsBetween(from, to) {
      const range = ['--reverse', '--first-parent', '--end-of-options', to, `^${from}`];
      return (await git(['rev-list', ...range])).split('\n').filter((line) => line !== '');
    },
    resolve: (revision) => resolves(`${revision}^{commit}`),
  };
}

/** `update-ref`'s way to say that the reference must not exist. */
const NO_COMMIT = '0'.repeat(40);

interface GitOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** Runs git with its dangerous configuration off; a non-zero exit is a result. */
export async function runGit(
  root: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<ExecResult> {
  return await exec(['git', ...SAFE, ...args], {
    cwd: root,
    env: { ...gitEnvironment(), ...options.env },
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    maxOutputBytes: 256 * 1024 * 1024,
  });
}

/** The caller's environment without what would point git at another repository or a prompt. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  for (const name of [
    'GIT_DIR',
    'GIT_WORK_TREE',
    'GIT_INDEX_FILE',
    'GIT_OBJECT_DIRECTORY',
    'GIT_PREFIX',
  ]) {
    delete env[name];
  }
  // Nor what is Suture's own: passwords of its database and channels are not for git's helpers.
  for (const name of Object.keys(env)) if (/^(?:SUTURE_|PGPASS)/.test(name)) delete env[name];
  return env;
}

function gitFailed(args: readonly string[], result: ExecResult): SutureError {
  return new SutureError('git-failed', `git ${args[0] ?? ''} failed: ${result.stderr.trim()}`, {
    remedy: 'Check the repository with "git fsck" and free disk space, then run again.',
  });
}

function withoutCredentials(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}

async function fileModes(
  git: (args: readonly string[]) => Promise<string>,
  commit: string,
): Promise<ReadonlyMap<string, string>> {
  const entries = parseTree(await git(['ls-tree', '-r', '-z', '--full-tree', commit]));
  return new Map(entries.map(({ path, mode }) => [path, mode]));
}

interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly object: string;
  readonly path: string;
}

function parseTree(listing: string): TreeEntry[] {
  return listing
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', type = '', object = ''] = line.slice(0, tab).split(' ');
      return { mode, type, object, path: line.slice(tab + 1) };
    });
}

/** Commits are made by the user's own identity; without one, by Suture's. */
async function identity(root: string): Promise<Record<string, string>> {
  const configured = await runGit(root, ['config', '--get', 'user.email']);
  if (configured.exitCode === 0 || process.env['GIT_AUTHOR_EMAIL']) return {};
  return {
    GIT_AUTHOR_NAME: 'Suture',
    GIT_AUTHOR_EMAIL: 'suture@localhost',
    GIT_COMMITTER_NAME: 'Suture',
    GIT_COMMITTER_EMAIL: 'suture@localhost',
  };
}

function identityOf({ name, email, at }: CommitIdentity): Record<string, string> {
  const date = `${Math.floor(Date.parse(at) / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
}

async function exportCommit(
  root: string,
  commit: string,
  directory: string,
  under: string,
): Promise<void> {
  const scope = under === '' ? [] : ['--', under];
  const listing = await runGit(root, ['ls-tree', '-r', '-z', '--full-tree', commit, ...scope]);
  if (listing.exitCode !== 0) throw gitFailed(['ls-tree'], listing);
  const entries = parseTree(listing.stdout).filter(({ type }) => type === 'blob');
  const target = resolve(directory);
  const links: Link[] = [];
  let next = 0;
  await readObjects(
    root,
    entries.map(({ object }) => object),
    async (content) => {
      const entry = entries[next++];
      if (entry === undefined) return;
      const path = resolve(target, entry.path);
      if (!path.startsWith(target + sep) || isGitsOwn(entry.path)) return;
      await mkdir(dirname(path), { recursive: true });
      if (entry.mode === '120000') links.push({ path, to: content.toString('utf8') });
      else await writeFile(path, content, { mode: entry.mode === '100755' ? 0o755 : 0o644 });
    },
  );
  // When nothing is written any more: a crafted tree has a link and a folder of one name.
  await makeLinksInside(target, links);
}

/** Git has neither `..` nor `.git` in its trees; a crafted object store may. */
function isGitsOwn(path: string): boolean {
  return path.split('/').some((part) => part.toLowerCase() === '.git');
}

/** Streams objects in order through one `git cat-file --batch`, never more than one in memory. */
async function readObjects(
  root: string,
  objects: readonly string[],
  visit: (content: Buffer) => Promise<void>,
): Promise<void> {
  if (objects.length === 0) return;
  const child = spawn('git', [...SAFE, 'cat-file', '--batch'], {
    cwd: root,
    env: gitEnvironment(),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => {});
  child.stdin.end(`${objects.join('\n')}\n`);
  let pending: Buffer[] = [];
  let bytes = 0;
  let expected: number | undefined;
  let seen = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    pending.push(chunk);
    bytes += chunk.length;
    if (expected !== undefined && bytes < expected + 1) continue;
    let buffer = Buffer.concat(pending);
    for (;;) {
      if (expected === undefined) {
        const end = buffer.indexOf(0x0a);
        if (end === -1) break;
        expected = Number(buffer.subarray(0, end).toString('utf8').split(' ')[2]);
        if (!Number.isInteger(expected)) throw objectsMissing(root);
        buffer = buffer.subarray(end + 1);
      }
      if (buffer.length < expected + 1) break;
      await visit(buffer.subarray(0, expected));
      seen += 1;
      buffer = buffer.subarray(expected + 1);
      expected = undefined;
    }
    pending = [buffer];
    bytes = buffer.length;
  }
  if (seen !== objects.length) throw objectsMissing(root);
}

function objectsMissing(root: string): SutureError {
  return new SutureError('git-failed', `${root}: objects of the commit are missing`, {
    remedy: 'Is it a partial or shallow clone? Fetch the missing objects, then run again.',
  });
}
