import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Remedy } from '../../src/domain/remedy.ts';
import { patchers } from '../../src/plugins/patchers/index.ts';
import { npmRegistry } from '../../src/plugins/registries/npm.ts';
import { lineDiff } from '../support/line-diff.ts';

const lockfiles: Readonly<Record<string, string>> = {
  npm: 'package-lock.json',
  pnpm: 'pnpm-lock.yaml',
  'yarn-classic': 'yarn.lock',
  'yarn-berry': 'yarn.lock',
};
const manifest = `{
  "name": "shop",
  "version": "1.0.0",
  "license": "MIT",
  "dependencies": { "express": "4.16.0", "lodash": "~4.17.15" }
}
`;
const base = { workspaces: [], because: 'smoke', closes: [] };
const remedies: readonly Remedy[] = [
  { ...base, kind: 'upgrade', package: 'express', from: '4.16.0', to: '4.16.2', workspaces: [''] },
  { ...base, kind: 'override', package: 'qs', from: '6.5.1', to: '6.5.3' },
];

/** With the registry that this machine's own configuration names. */
describe('patchers on the real registry', () => {
  let home: string;
  let unreachable: string | undefined;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'smoke-'));
    const registry = await npmRegistry({ directory: home, cacheDirectory: join(home, 'cache') });
    unreachable = await registry.package('qs').then(
      () => undefined,
      (error: unknown) => String(error),
    );
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it.for(patchers.map((patcher) => ({ manager: patcher.manager, patcher })))(
    '$manager upgrades and overrides',
    { timeout: 120_000 },
    async ({ manager, patcher }, { skip }) => {
      skip(unreachable !== undefined, unreachable);
      const directory = await mkdtemp(join(home, `${manager}-`));
      const lockfile = lockfiles[manager] ?? '';
      await writeFile(join(directory, 'package.json'), manifest);
      await patcher.resolve(directory);
      const before = await readFile(join(directory, lockfile), 'utf8');
      const workspaces = [{ path: '', name: 'shop', dependencies: [] }];
      const graph = {
        ecosystem: 'npm',
        manager,
        file: lockfile,
        formatVersion: '',
        workspaces,
        packages: new Map(),
        overrides: {},
      };
      const outcome = await patcher.apply({ directory, graph, remedies });
      expect(outcome.files).toContain(lockfile);
      const diff = lineDiff(before, await readFile(join(directory, lockfile), 'utf8')).join('\n');
      expect(diff).toMatch(/^\+.*4\.16\.2/m);
      expect(diff).toMatch(/^\+.*6\.5\.3/m);
      expect(diff).not.toContain('lodash');
      await patcher.install(directory);
    },
  );
});
