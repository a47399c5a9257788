import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, posix, sep } from 'node:path';
import { SutureError } from '../../domain/error.ts';
import { writeFileAtomic } from '../../platform/atomic-write.ts';
import { verifyingKey } from '../../platform/keys.ts';

/**
 * What a backup keeps of `$SUTURE_HOME`. The rest is made anew (advisory index, caches, mirrors, work
 * in progress), or is the database itself.
 */
const KEPT = ['evidence', 'keys', 'outcomes.jsonl', 'policy.yaml', 'secrets', 'seen'];
const KEYS = 'keys';
/** Credentials that assets and channels refer to by file. */
const SECRETS = 'secrets';
const TRUSTED_KEYS = 'keys/trusted';
const PUBLIC_KEY = 'keys/signing.pub.pem';
/** An administrator's token, and where to send it: made anew at each start, and good for that alone. */
const COMMAND_LINE = 'keys/command-line.json';

export interface HomeFile {
  /** Relative to the home, with slashes. */
  readonly path: string;
  readonly mode: number;
}

/** All regular files below the kept parts. */
export async function homeFiles(home: string): Promise<readonly HomeFile[]> {
  const files: HomeFile[] = [];
  for (const part of KEPT) await collect(home, part, files);
  return files;
}

/**
 * The same without anything secret. What this home has signed can still be checked: its
 * public key is among the trusted ones of whoever restores it and makes a new pair.
 */
export async function homeFilesWithoutKeys(
  home: string,
): Promise<readonly (HomeFile & { readonly source?: string })[]> {
  const files: HomeFile[] = [];
  for (const part of KEPT.filter((name) => name !== SECRETS)) {
    await collect(home, part === KEYS ? TRUSTED_KEYS : part, files);
  }
  if ((await stat(join(home, PUBLIC_KEY)).catch(ignoreMissing)) === undefined) return files;
  const { id } = await verifyingKey(home);
  const path = `${TRUSTED_KEYS}/${id.slice(0, 16)}.pem`;
  return [...files, { path, mode: 0o644, source: PUBLIC_KEY }];
}

/** Those of the kept parts that a home has already. */
export async function presentParts(home: string): Promise<readonly string[]> {
  const found = await Promise.all(
    KEPT.map((part) =>
      stat(join(home, part)).then(
        () => [part],
        () => [],
      ),
    ),
  );
  return found.flat();
}

async function collect(home: string, path: string, files: HomeFile[]): Promise<void> {
  if (path === COMMAND_LINE) return;
  const info = await stat(join(home, path)).catch(ignoreMissing);
  if (info?.isFile()) files.push({ path, mode: info.mode & 0o777 });
  if (!info?.isDirectory()) return;
  const entries = await readdir(join(home, path), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    // Links could lead out of the home; half-written files are not worth keeping.
    if (entry.isSymbolicLink() || entry.name.endsWith('.tmp')) continue;
    await collect(home, posix.join(path, entry.name), files);
  }
}

/** A file's size and its bytes up to that: what is appended meanwhile is for the next backup. */
export async function openFile(
  path: string,
): Promise<{ readonly size: number; readonly content: AsyncGenerator<Uint8Array> } | undefined> {
  const handle = await open(path, 'r').catch(ignoreMissing);
  if (handle === undefined) return undefined;
  const { size } = await handle.stat();
  async function* content(): AsyncGenerator<Uint8Array> {
    try {
      if (size > 0) yield* handle?.createReadStream({ end: size - 1, autoClose: false }) ?? [];
    } finally {
      await handle?.close();
    }
  }
  return { size, content: content() };
}

/** Files that are put into a home all together, or not at all. */
export class StagedFiles implements AsyncDisposable {
  readonly #home: string;
  readonly #folder: string;
  readonly #placed: string[] = [];
  #kept = false;

  constructor(home: string) {
    this.#home = home;
    this.#folder = join(home, `.restore-${process.pid}`);
  }

  async write(file: HomeFile, content: AsyncIterable<Buffer>): Promise<void> {
    const path = join(this.#folder, ...safeParts(file.path));
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk);
    await writeFileAtomic(path, Buffer.concat(chunks), { mode: 0o600 });
    await chmod(path, file.mode & 0o777);
  }

  /** Moves them to where they belong; `keep` makes it final. */
  async place(): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      await rename(join(this.#folder, name), join(this.#home, name));
      this.#placed.push(name);
    }
  }

  keep(): void {
    this.#kept = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const undone = this.#kept ? [] : this.#placed.map((name) => join(this.#home, name));
    for (const path of [this.#folder, ...undone]) await rm(path, { recursive: true, force: true });
  }
}

/** @throws SutureError `backup-damaged` for a path that leads out of the kept parts */
export function safeParts(path: string): readonly string[] {
  const parts = path.split('/');
  const safe = parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (safe && KEPT.includes(parts[0] ?? '') && (sep === '/' || !path.includes(sep))) return parts;
  throw new SutureError('backup-damaged', `The backup has a file at a place not of ours: ${path}`, {
    remedy: 'Do not trust it: it was not made by "suture backup". Nothing was restored.',
  });
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
