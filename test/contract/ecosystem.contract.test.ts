import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { npmEcosystem } from '../../src/plugins/ecosystems/npm/index.ts';
import {
  type ExpectedComponent,
  ecosystemContract,
  type LockfileCase,
} from './ecosystem.contract.ts';
import { npmRefused, npmSurvived } from './npm-hostile.ts';

const fixtures = new URL('./fixtures/npm/', import.meta.url);
const { components } = JSON.parse(readFileSync(new URL('components.json', fixtures), 'utf8')) as {
  components: ExpectedComponent[];
};

const members = ['', 'packages/label', 'packages/press'];

function lockfile(
  fixture: string,
  file: string,
  formatVersion: string,
  more: Partial<LockfileCase> = {},
): LockfileCase {
  const folder = fileURLToPath(new URL(fixture, fixtures));
  return { name: fixture, folder, lockfile: file, formatVersion, workspaces: members, ...more };
}

const notListed = {
  'nail@1.0.1': { because: 'pnpm leaves bundled packages out of its lockfile', instead: null },
};
const replaced = (bundled: boolean) => ({
  'nail@1.0.1': {
    because: 'it resolves bundled packages as if they were not bundled',
    instead: { version: '1.0.2', bundled },
  },
});
const versionless = {
  'lemon@1.0.0': { because: 'the format has no version for URLs', instead: { version: '' } },
  'plum@0.3.0': { because: 'the format has no version for git', instead: { version: '' } },
};

describe('npm', () => {
  ecosystemContract({
    ecosystem: npmEcosystem,
    project: components,
    refused: npmRefused,
    survived: npmSurvived,
    versions: [
      '1.0.0',
      '1.0.0-rc.1',
      'v1.0',
      '',
      'latest',
      '2.0.0+b',
      '0.0.0',
      '1.2.3.4',
      '10.0.0',
    ],
    lockfiles: [
      lockfile('package-lock-1', 'package-lock.json', '1', {
        workspaces: [''],
        differs: {
          ...versionless,
          'bowl@1.0.0': { because: 'npm 6 has no peers', instead: { scope: 'development' } },
          'zest@1.0.0': { because: 'npm 6 has no workspaces', instead: { direct: false } },
        },
      }),
      lockfile('package-lock-2', 'package-lock.json', '2'),
      lockfile('package-lock-3', 'package-lock.json', '3'),
      lockfile('npm-shrinkwrap-3', 'npm-shrinkwrap.json', '3'),
      lockfile('pnpm-lock-5.1', 'pnpm-lock.yaml', '5.1', {
        unlocked: ['basket/package.json'],
        differs: {
          ...notListed,
          'twine@1.0.0': { because: 'pnpm 4 links local folders unlocked', instead: null },
        },
      }),
      lockfile('pnpm-lock-5.4', 'pnpm-lock.yaml', '5.4', { differs: notListed }),
      lockfile('pnpm-lock-6.0', 'pnpm-lock.yaml', '6.0', { differs: notListed }),
      lockfile('pnpm-lock-9.0', 'pnpm-lock.yaml', '9.0', { differs: notListed }),
      lockfile('yarn-classic-1', 'yarn.lock', '1', {
        differs: {
          ...replaced(false),
          'bowl@1.0.0': {
            because: "yarn 1 does not lock packages' peers",
            instead: { scope: 'development' },
          },
        },
      }),
      lockfile('yarn-berry-4', 'yarn.lock', '4', { differs: replaced(false) }),
      lockfile('yarn-berry-6', 'yarn.lock', '6', { differs: replaced(false) }),
      lockfile('yarn-berry-10', 'yarn.lock', '10', { differs: replaced(false) }),
      ...['0', '1', '2'].map((version) =>
        lockfile(`bun-lock-${version}`, 'bun.lock', version, {
          differs: { ...versionless, ...replaced(true) },
        }),
      ),
    ],
  });
});
