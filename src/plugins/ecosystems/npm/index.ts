import { SutureError } from '../../../domain/error.ts';
import type { Ecosystem, LockfileKind } from '../../../ports/ecosystem.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { satisfiesNpmRequirement } from '../../../versions/npm-requirement.ts';
import { compareSemver } from '../../../versions/semver.ts';

type Reader = (file: string, text: string, tree: SourceTree) => ReturnType<Ecosystem['read']>;

/** Each is loaded when there is such a file: together they cost a scan a fifth of its time. */
const readers: Readonly<Record<string, (text: string) => Promise<Reader>>> = {
  'bun.lock': async () => (await import('./bun-lock.ts')).readBunLock,
  'npm-shrinkwrap.json': readerOfNpm,
  'package-lock.json': readerOfNpm,
  'pnpm-lock.yaml': async () => (await import('./pnpm-lock.ts')).readPnpmLock,
  'yarn.lock': async (text) =>
    isBerry(text)
      ? (await import('./yarn-berry-lock.ts')).readYarnBerryLock
      : (await import('./yarn-classic-lock.ts')).readYarnClassicLock,
};

async function readerOfNpm(): Promise<Reader> {
  return (await import('./package-lock.ts')).readPackageLock;
}

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
    const loadReader = readers[path.slice(path.lastIndexOf('/') + 1)];
    const text = loadReader && (await tree.read(path));
    if (loadReader === undefined || text === undefined) {
      throw new SutureError('lockfile-missing', `${path} is no lockfile that can be read`, {
        remedy: `Give one of: ${Object.keys(readers).join(', ')}.`,
      });
    }
    const reader = await loadReader(text);
    return await reader(path, text, tree);
  },
};

/** Both generations of yarn use one file name; only the later one has a metadata block. */
function isBerry(text: string): boolean {
  return /^__metadata:/m.test(text);
}
