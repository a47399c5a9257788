import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Remedy } from '../../../domain/remedy.ts';
import { scratchDirectory } from '../../../platform/scratch.ts';
import { notApplied, targetOf } from '../shared/request.ts';
import type { Session } from '../shared/session.ts';
import type { Scion } from './graft.ts';
import { type LockEntry, parseLock } from './tree.ts';

/**
 * The lockfile entries of the versions that remedies lead to, as npm itself writes them: a side
 * project requires each under an alias of its own, npm locks it, and the entries are read back.
 * That way the registry, its credentials and every field of the entry are npm's business.
 */
export async function scionsOf(
  session: Session,
  npm: readonly string[],
  remedies: readonly Remedy[],
  format: number,
): Promise<ReadonlyMap<Remedy, Scion>> {
  const scions = new Map<Remedy, Scion>();
  if (remedies.length === 0) return scions;
  await using scratch = await scratchDirectory('scion');
  const aliases = remedies.map((remedy, index) => [
    `s${index}`,
    `npm:${remedy.package}@${targetOf(remedy)}`,
  ]);
  const manifest = { private: true, dependencies: Object.fromEntries(aliases) };
  await writeFile(join(scratch.path, 'package.json'), JSON.stringify(manifest));
  for (const [name, text] of session.configuration()) {
    if (name === '.npmrc') await writeFile(join(scratch.path, name), text);
  }
  await session.run(
    [
      ...npm,
      'install',
      '--package-lock-only',
      '--package-lock',
      `--lockfile-version=${Math.max(2, format)}`,
      // Peers are the project's business; here they could only conflict.
      '--legacy-peer-deps',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-progress',
      '--loglevel=error',
    ],
    { cwd: scratch.path },
  );
  const text = await readFile(join(scratch.path, 'package-lock.json'), 'utf8');
  const packages = parseLock(text, 'package-lock.json').packages ?? {};
  remedies.forEach((remedy, index) => {
    const place = `node_modules/s${index}`;
    const entry = packages[place];
    if (!entry || entry.version !== remedy.to) {
      throw notApplied(remedy, `npm offers ${entry?.version ?? 'nothing'} instead`);
    }
    const bundled: Record<string, LockEntry> = {};
    for (const [path, below] of Object.entries(packages)) {
      if (path.startsWith(`${place}/`) && below['inBundle'] === true) {
        bundled[path.slice(place.length)] = below;
      }
    }
    scions.set(remedy, { entry, bundled });
  });
  return scions;
}
