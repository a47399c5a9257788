import { createHash, type Hash } from 'node:crypto';
import { type ArchiveEntry, readArchive, textOf } from './archive-reader.ts';
import { safeParts } from './home-files.ts';
import {
  type BackupManifest,
  damaged,
  fileEntry,
  HEAD_ENTRY,
  MANIFEST_ENTRY,
  notABackup,
  parseHead,
  parseManifest,
  partName,
} from './manifest.ts';

/**
 * Reads an archive from beginning to end and compares everything in it with its manifest.
 *
 * @throws SutureError `backup-missing`, `backup-unknown`, `backup-newer`, `backup-damaged`
 */
export async function inspectBackup(file: string): Promise<BackupManifest> {
  const sums = new Map<string, { bytes: number; readonly hash: Hash }>();
  let manifest: BackupManifest | undefined;
  let first = true;
  for await (const entry of readArchive(file)) {
    if (manifest !== undefined) throw damaged(file, `${entry.name} comes after its end`);
    if (first) {
      if (entry.name !== HEAD_ENTRY) throw notABackup(file);
      parseHead(await textOf(entry, file), file);
    } else if (entry.name === MANIFEST_ENTRY) {
      manifest = parseManifest(await textOf(entry, file), file);
    } else {
      await sum(entry, sums);
    }
    first = false;
  }
  if (manifest === undefined) throw damaged(file, 'its end is missing');
  compare(manifest, sums, file);
  return manifest;
}

/** Parts of a table are summed together. */
async function sum(
  entry: ArchiveEntry,
  sums: Map<string, { bytes: number; readonly hash: Hash }>,
): Promise<void> {
  const key = entry.name.startsWith('tables/') ? tableOf(entry.name) : entry.name;
  const known = sums.get(key) ?? { bytes: 0, hash: createHash('sha256') };
  sums.set(key, known);
  for await (const chunk of entry.content) {
    known.hash.update(chunk);
    known.bytes += chunk.length;
  }
}

function tableOf(part: string): string {
  return part.slice(0, part.lastIndexOf('/'));
}

function compare(
  manifest: BackupManifest,
  sums: Map<string, { bytes: number; readonly hash: Hash }>,
  file: string,
): void {
  const expected = [
    ...manifest.tables
      .filter(({ parts }) => parts > 0)
      .map((table) => ({ key: tableOf(partName(table, 0)), ...table })),
    ...manifest.files.map((kept) => ({ key: fileEntry(kept.path), ...kept })),
  ];
  for (const { key, bytes, sha256 } of expected) {
    const found = sums.get(key);
    if (found?.bytes !== bytes || found.hash.digest('hex') !== sha256) {
      throw damaged(file, `${key} is not what was written`);
    }
    sums.delete(key);
  }
  const [stranger] = sums.keys();
  if (stranger !== undefined) throw damaged(file, `${stranger} is not of it`);
  for (const { path } of manifest.files) safeParts(path);
}
