import { SutureError } from '../../../domain/error.ts';
import type { Ecosystem, LockfileKind } from '../../../ports/ecosystem.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { satisfiesNpmRequirement } from '../../../versions/npm-requirement.ts';
import { compareSemver } from '../../../versions/semver.ts';
import { readBunLock } from './bun-lock.ts';
import { readPackageLock } from './package-lock.ts';
import { readPnpmLock } from './pnpm-lock.ts';
import { readYarnBerryLock } from './yarn-berry-lock.ts';
import { readYarnClassicLock } from './yarn-classic-lock.ts';

type Reader = (file: string, text: string, tree: SourceTree) => ReturnType<Ecosystem['read']>;

const readers: Readonly<Record<string, Reader>> = {
  'bun.lock': readBunLock,
  'npm-shrinkwrap.json': readPackageLock,
  'package-lock.json': readPackageLock,
  'pnpm-lock.yaml': readPnpmLock,
  'yarn.lock': (file, text, tree) =>
    isBerry(text) ? readYarnBerryLock(file, text, tree) : readYarnClassicLock(file, text, tree),
};

const lockfiles: readonly LockfileKind[] = [
  // In npm's own order: a shrinkwrap is published and wins over a package-lock beside it.
  { manager: 'npm', fileNames: ['npm-shrinkwrap.json', 'package-lock.json'] },
  { manager: 'pnpm', fileNames: ['pnpm-lock.yaml'] },
  { manager: 'yarn-classic', fileNames: ['yarn.lock'] },
  { manager: 'yarn-berry', fileNames: ['yarn.lock'] },
  { manager: 'bun', fileNames: ['bun.lock'] },
];

/** JavaScript packages as npm, pnpm, yarn and bun lock them. */
export const npmEcosystem: Ecosystem = {
  id: 'npm',
  osvName: 'npm',
  purlType: 'npm',
  lockfiles,
  manifest: 'package.json',
  compare: compareSemver,
  satisfies: satisfiesNpmRequirement,
  async read(path, tree) {
    const reader = readers[path.slice(path.lastIndexOf('/') + 1)];
    const text = reader && (await tree.read(path));
    if (reader === undefined || text === undefined) {
      throw new SutureError('lockfile-missing', `${path} is no lockfile that can be read`, {
        remedy: `Give one of: ${Object.keys(readers).join(', ')}.`,
      });
    }
    return await reader(path, text, tree);
  },
};

/** Both generations of yarn use one file name; only the later one has a metadata block. */
function isBerry(text: string): boolean {
  return /^__metadata:/m.test(text);
}
