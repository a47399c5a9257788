import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf, SutureError } from '../domain/error.ts';
import type { Feed } from '../ports/feed.ts';
import { type Fetched, type Offer, readManifest } from './offer.ts';

const MANIFEST = 'MANIFEST.json';

/**
 * What an air-gapped folder has for the feeds, by their own `claims`. Single-record files (`.json`
 * beside each other) become one unit per folder, because there can be hundreds of thousands.
 * `MANIFEST.json`, where there is one, says what each file must be.
 *
 * @throws SutureError `from-missing`, `from-empty`, `from-manifest`.
 */
export async function folderOffers(
  directory: string,
  feeds: readonly Feed[],
): Promise<readonly Offer[]> {
  const root = resolve(directory);
  const info = await stat(root).catch(() => undefined);
  if (!info?.isDirectory()) {
    throw new SutureError('from-missing', `${root} is not a directory`, {
      remedy: 'Give --from an existing folder or an http(s) address.',
    });
  }
  const checksums = await manifestOf(root);
  // What the manifest lists and the folder lacks is offered too, so that it is missed aloud.
  const paths = new Set([...(await filesBelow(root, '')), ...checksums.keys()]);
  const units = new Map<string, { feed: Feed; paths: string[] }>();
  for (const path of [...paths].sort()) {
    const feed = feeds.find((each) => each.claims(path));
    if (feed === undefined) continue;
    const name = unitName(path, feed);
    const unit = units.get(name);
    if (unit === undefined) units.set(name, { feed, paths: [path] });
    else unit.paths.push(path);
  }
  if (units.size === 0) {
    throw new SutureError('from-empty', `no feed recognises anything in ${root}`, {
      remedy:
        'Lay it out as osv/<ecosystem>/all.zip, kev/known_exploited_vulnerabilities.json, epss/*.csv.gz, cvelist/*.ndjson.gz.',
    });
  }
  return [...units].map(([name, { feed, paths }]) => ({
    name,
    feed,
    source: root,
    fetch: (previous) => fetchLocal(root, name, paths, checksums, previous?.digest),
  }));
}

/** Catalogues are one file; records by the thousand are grouped by (at most) two folder levels. */
function unitName(path: string, feed: Feed): string {
  const isRecord = path.endsWith('.json') && (feed.id === 'osv' || /(^|\/)CVE-[^/]+$/.test(path));
  if (!isRecord) return path;
  const folders = path.split('/').slice(0, -1).slice(0, 3);
  return [...folders, '*.json'].join('/');
}

async function fetchLocal(
  root: string,
  name: string,
  paths: readonly string[],
  checksums: ReadonlyMap<string, string>,
  previous: string | undefined,
): Promise<Fetched> {
  const hashes: string[] = [];
  for (const path of paths) {
    const sha256 = await sha256Of(root, path);
    const expected = checksums.get(path);
    if (expected !== undefined && expected !== sha256) {
      throw new SutureError(
        'feed-checksum',
        `${path} is not what ${MANIFEST} says: its SHA-256 is ${sha256}, expected ${expected}`,
        { remedy: 'Copy the folder again from where it was made.' },
      );
    }
    hashes.push(sha256);
  }
  const [only = ''] = hashes;
  const digest = name === paths[0] ? only : digestOf(paths, hashes);
  if (digest === previous) return { status: 'unchanged' };
  return {
    status: 'fetched',
    inputs: paths.map((path) => ({ origin: path, path: join(root, path) })),
    digest,
  };
}

function digestOf(paths: readonly string[], hashes: readonly string[]): string {
  const hash = createHash('sha256');
  for (const [index, path] of paths.entries()) hash.update(`${path}\n${hashes[index]}\n`);
  return hash.digest('hex');
}

async function sha256Of(root: string, path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(join(root, path), { highWaterMark: 1024 * 1024 }), hash);
  } catch (error) {
    throw new SutureError('feed-unreadable', `${path}: ${messageOf(error)}`, {
      remedy: 'Copy the folder again from where it was made.',
      cause: error,
    });
  }
  return hash.digest('hex');
}

async function manifestOf(root: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(root, MANIFEST), 'utf8').catch(() => undefined);
  if (text === undefined) return new Map();
  try {
    return readManifest(text);
  } catch (error) {
    throw new SutureError('from-manifest', `${MANIFEST} cannot be read: ${messageOf(error)}`, {
      remedy: 'Copy the folder again from where it was made, or remove the manifest.',
      cause: error,
    });
  }
}

async function filesBelow(root: string, below: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.')) found.push(...(await filesBelow(root, path)));
    } else if (entry.isFile() || entry.isSymbolicLink()) {
      found.push(path);
    }
  }
  return found;
}
