import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PackageNode } from '../domain/dependency-graph.ts';
import { installedPackages } from './installed-packages.ts';

let root: string;
let outside: string;

beforeEach(async () => {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'suture-installed-')));
  root = join(base, 'project');
  outside = join(base, 'outside');
  await mkdir(root);
  await mkdir(outside);
});

afterEach(async () => {
  await rm(dirname(root), { recursive: true });
});

async function put(path: string, name: string, version: string): Promise<void> {
  await mkdir(join(path, 'lib'), { recursive: true });
  await writeFile(join(path, 'package.json'), JSON.stringify({ name, version }));
  await writeFile(join(path, 'lib', 'a.js'), `// ${name}`);
  await writeFile(join(path, '.gitignore'), 'lib\n');
}

function node(id: string, name: string, version: string): PackageNode {
  return { id, name, version, source: 'registry', bundled: false, dependencies: [] };
}

describe('installedPackages', () => {
  it.each([
    ["npm's own place", 'node_modules/a', 'node_modules/a', 'a'],
    ["npm's nested place", 'node_modules/b/node_modules/a', 'node_modules/b/node_modules/a', 'a'],
    ['a scope', 'node_modules/@s/a', 'node_modules/@s/a', '@s/a'],
    ["an alias' folder", 'node_modules/alias', 'node_modules/alias', 'a'],
    ["pnpm's store", 'a@1.0.0(b@2.0.0)', 'node_modules/.pnpm/a@1.0.0_b@2.0.0/node_modules/a', 'a'],
    [
      "pnpm's store, scoped",
      '@s/a@1.0.0',
      'node_modules/.pnpm/@s+a@1.0.0/node_modules/@s/a',
      '@s/a',
    ],
    ["Yarn's node-modules linker", 'a@npm:^1.0.0', 'node_modules/a', 'a'],
    ["Yarn's, nested", 'a@npm:^1.0.0', 'packages/x/node_modules/c/node_modules/a', 'a'],
    ["another lockfile's folder", 'node_modules/a', 'services/one/node_modules/a', 'a'],
  ])('finds a package in %s', async (_, id, place, name) => {
    for (let at = dirname(place); at.includes('node_modules/'); at = dirname(at)) {
      if (!/node_modules$|\/@\w+$|\.pnpm/.test(at)) await put(join(root, at), 'parent', '9.0.0');
    }
    await put(join(root, place), name, '1.0.0');
    const tree = await installedPackages(root).open(node(id, name, '1.0.0'));
    expect(await tree?.list()).toEqual(['.gitignore', 'lib/a.js', 'package.json']);
    expect(await tree?.read('lib/a.js')).toBe(`// ${name}`);
  });

  it('follows links inside the project only', async () => {
    await mkdir(join(root, 'node_modules'));
    await put(join(root, 'packages/in'), 'in', '1.0.0');
    await put(join(outside, 'out'), 'out', '1.0.0');
    await symlink(join(root, 'packages/in'), join(root, 'node_modules/in'));
    await symlink(join(outside, 'out'), join(root, 'node_modules/out'));
    const sources = installedPackages(root);
    expect(await sources.open(node('node_modules/in', 'in', '1.0.0'))).toBeDefined();
    expect(await sources.open(node('node_modules/out', 'out', '1.0.0'))).toBeUndefined();
    expect(await sources.open(node('../outside/out', 'out', '1.0.0'))).toBeUndefined();
  });

  it('does not read through a link inside a package, nor above it', async () => {
    await put(join(root, 'node_modules/a'), 'a', '1.0.0');
    await writeFile(join(outside, 'secret.js'), 'secret');
    await symlink(join(outside, 'secret.js'), join(root, 'node_modules/a/link.js'));
    const tree = await installedPackages(root).open(node('node_modules/a', 'a', '1.0.0'));
    expect(await tree?.read('link.js')).toBeUndefined();
    expect(await tree?.read('../../../outside/secret.js')).toBeUndefined();
  });

  it.each([
    ['nothing is installed', undefined],
    ['another version is installed', '2.0.0'],
  ])('knows nothing when %s', async (_, version) => {
    if (version !== undefined) await put(join(root, 'node_modules/a'), 'a', version);
    expect(
      await installedPackages(root).open(node('node_modules/a', 'a', '1.0.0')),
    ).toBeUndefined();
  });
});
