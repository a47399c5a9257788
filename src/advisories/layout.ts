import { existsSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../platform/atomic-write.ts';

/**
 * `$SUTURE_HOME/advisories`:
 *
 * ```
 * current          name of the generation in use; replaced in one rename
 * gen-000007/      an index, never written again once `current` names it
 * checked.json     when files were last found unchanged
 * incoming/        downloads of the sync that runs
 * sync.lock        the sync that runs
 * ```
 *
 * Whatever `current` does not name is litter of a sync that died, and the next one removes it.
 */
export interface Layout {
  readonly root: string;
  readonly current: string;
  readonly checked: string;
  readonly incoming: string;
  readonly lock: string;
}

export function layoutOf(home: string): Layout {
  const root = join(home, 'advisories');
  return {
    root,
    current: join(root, 'current'),
    checked: join(root, 'checked.json'),
    incoming: join(root, 'incoming'),
    lock: join(root, 'sync.lock'),
  };
}

const GENERATION = /^gen-(\d{6,})$/;

/** The index file of a generation. */
export function indexFile(layout: Layout, generation: string): string {
  return join(layout.root, generation, 'index.mdb');
}

/** The generation in use, or `undefined` before the first sync. */
export function currentGeneration(layout: Layout): string | undefined {
  let name: string;
  try {
    name = readFileSync(layout.current, 'utf8').trim();
  } catch {
    return undefined;
  }
  return GENERATION.test(name) && existsSync(indexFile(layout, name)) ? name : undefined;
}

/** A name no generation on disk has. */
export async function nextGeneration(layout: Layout): Promise<string> {
  const taken = (await readdir(layout.root)).map((name) => Number(GENERATION.exec(name)?.[1] ?? 0));
  return `gen-${String(Math.max(0, ...taken) + 1).padStart(6, '0')}`;
}

/** The swap: readers that open from now on get this generation. */
export async function publish(layout: Layout, generation: string): Promise<void> {
  await writeFileAtomic(layout.current, `${generation}\n`);
}

/**
 * Removes every generation but the current one, unfinished downloads and temporary files. Readers
 * that still have an old generation open keep it until they close it. Call it under the lock.
 */
export async function removeLitter(layout: Layout): Promise<void> {
  const current = currentGeneration(layout);
  for (const name of await readdir(layout.root)) {
    const litter = (GENERATION.test(name) && name !== current) || name.endsWith('.tmp');
    if (litter) await rm(join(layout.root, name), { recursive: true, force: true });
  }
  await rm(layout.incoming, { recursive: true, force: true });
}

/** When files were last found unchanged, by unit name; empty when there is no such record. */
export function readChecked(layout: Layout): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(layout.checked, 'utf8')) as Record<string, string>;
  } catch {
    return {};
  }
}

export async function writeChecked(
  layout: Layout,
  checked: Readonly<Record<string, string>>,
): Promise<void> {
  await writeFileAtomic(layout.checked, `${JSON.stringify(checked, null, 1)}\n`);
}
