import { constants as copying } from 'node:fs';
import { copyFile, mkdir, open, rm, statfs } from 'node:fs/promises';
import { constants as system } from 'node:os';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { SutureError } from '../domain/error.ts';
import { applyDelta, type Delta, UnitFailure } from './apply-units.ts';
import { currentGeneration, indexFile, layoutOf, nextGeneration, publish } from './layout.ts';
import type { Changes } from './record-writer.ts';
import { EMPTY_STATE, type IndexState, readState } from './state.ts';
import { INDEX_FORMAT, openTables, reopenForWriting } from './tables.ts';

/** A transaction has more than this; a disk with less left is full for our purposes. */
const FULL_BYTES = 16 * 1024 * 1024;

export interface BuildOutcome {
  /** The generation that is in use now; absent when nothing was to be done or everything failed. */
  readonly generation?: string;
  readonly changes: Changes;
  /** Why a unit could not be read, by its name; its old records are still there. */
  readonly failures: ReadonlyMap<string, unknown>;
}

/**
 * What the index in use was made of; nothing when there is none, or one of another format (which
 * is then built anew from all files).
 */
export async function currentState(home: string): Promise<IndexState> {
  const layout = layoutOf(home);
  const generation = currentGeneration(layout);
  if (generation === undefined) return EMPTY_STATE;
  try {
    const tables = openTables(indexFile(layout, generation), 'read');
    try {
      const state = readState(tables);
      return state.format === INDEX_FORMAT ? state : EMPTY_STATE;
    } finally {
      await tables.environment.close();
    }
  } catch {
    // Damaged, or from a time when it had other tables: the same as none.
    return EMPTY_STATE;
  }
}

/**
 * Makes the next generation of the index beside the one in use and swaps it in at the end. Readers
 * see the old one or the new one, never anything between; a process killed on the way changes
 * nothing. Call it under the sync lock.
 *
 * A unit that cannot be read is left out and reported, and its feed loses no unit that it may have
 * been meant to replace; the build then starts over, so that nothing of its half-read content stays.
 *
 * @throws SutureError `disk-full`, with the old index still in use.
 */
export async function buildIndex(options: {
  readonly home: string;
  readonly delta: Delta;
  readonly progress?: (unit: string, records: number) => void;
}): Promise<BuildOutcome> {
  const { home, delta, progress = () => {} } = options;
  const failures = new Map<string, unknown>();
  const { units } = await currentState(home);
  const feedOf = new Map([...units, ...delta.apply].map((unit) => [unit.name, unit.feed]));
  keepYoungGenerationSmall();
  for (;;) {
    const failedFeeds = new Set([...failures.keys()].map((name) => feedOf.get(name)));
    const apply = delta.apply.filter((unit) => !failures.has(unit.name));
    const remove = delta.remove.filter((name) => !failedFeeds.has(feedOf.get(name)));
    if (apply.length === 0 && remove.length === 0) {
      return { changes: { added: 0, changed: 0, removed: 0 }, failures };
    }
    try {
      const made = await makeGeneration(home, { apply, remove }, progress);
      return { ...made, failures };
    } catch (error) {
      if (!(error instanceof UnitFailure)) throw error;
      failures.set(error.unit, error.cause);
    }
  }
}

async function makeGeneration(
  home: string,
  delta: Delta,
  progress: (unit: string, records: number) => void,
): Promise<{ generation: string; changes: Changes }> {
  const layout = layoutOf(home);
  await mkdir(layout.root, { recursive: true });
  const generation = await nextGeneration(layout);
  const file = indexFile(layout, generation);
  await mkdir(dirname(file));
  try {
    const old = currentGeneration(layout);
    if (old !== undefined && (await currentState(home)).units.length > 0) {
      // A generation is never written again, so a plain copy is consistent.
      await copyFile(indexFile(layout, old), file, copying.COPYFILE_FICLONE);
    }
    const tables = openTables(file, 'write');
    let changes: Changes;
    try {
      changes = await applyDelta(tables, delta, {
        progress,
        scratch: file,
        relieve: () => reopenForWriting(tables, file),
      });
    } finally {
      await tables.environment.close();
    }
    await rm(`${file}-lock`, { force: true });
    await syncToDisk(file);
    await publish(layout, generation);
    return { generation, changes };
  } catch (error) {
    // Asked before what was written is removed and makes room again.
    const full = await isDiskFull(error, layout.root);
    await rm(join(layout.root, generation), { recursive: true, force: true });
    throw full ? diskFull(home, error) : error;
  }
}

/** The data was written without a sync per transaction; all of it must be on disk before the swap. */
async function syncToDisk(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Records live for a few milliseconds each, so V8 grows the space for young objects to its limit,
 * which costs 100 MB and gains nothing measurable here (bench/advisories.ts). Takes effect for the
 * rest of the process; V8 reads this flag whenever that space would grow.
 */
function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** LMDB calls a write that was cut short by a full disk an input/output error. */
async function isDiskFull(error: unknown, folder: string): Promise<boolean> {
  if (error instanceof UnitFailure) return false;
  const code: unknown = (error as { code?: unknown }).code;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === system.errno.ENOSPC) return true;
  if (code !== 'EIO' && code !== system.errno.EIO) return false;
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < FULL_BYTES;
}

function diskFull(home: string, cause: unknown): SutureError {
  return new SutureError('disk-full', `no room for the advisory index in ${home}`, {
    remedy: 'Free some space, or set SUTURE_HOME to another disk; the old index stays in use.',
    cause,
  });
}
