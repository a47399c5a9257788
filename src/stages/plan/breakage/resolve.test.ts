import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolve } from './resolve.ts';

interface Case {
  readonly name: string;
  readonly manifest?: Record<string, unknown>;
  readonly files: readonly string[];
  readonly subpath?: string;
  readonly require: string;
  readonly import: string;
}

/** Asks Node for a specifier in both ways: a path, `closed` or `missing`. */
const ASK = `
  import { createRequire } from 'node:module';
  import { existsSync } from 'node:fs';
  import { fileURLToPath } from 'node:url';
  const told = (ask) => {
    try {
      const path = ask();
      return existsSync(path) ? path : 'missing';
    } catch (error) {
      return error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' ? 'closed' : 'missing';
    }
  };
  const specifier = process.argv[2];
  process.stdout.write(JSON.stringify({
    require: told(() => createRequire(import.meta.url).resolve(specifier)),
    import: told(() => fileURLToPath(import.meta.resolve(specifier))),
  }));
`;

const both = { import: './m.mjs', require: './c.cjs' };

// What Node answers, checked against Node itself below; `closed` is ERR_PACKAGE_PATH_NOT_EXPORTED.
const cases: readonly Case[] = [
  {
    name: 'main',
    manifest: { main: 'a.js' },
    files: ['a.js'],
    require: 'a.js cjs',
    import: 'a.js cjs',
  },
  {
    name: 'main without extension',
    manifest: { main: './lib/a' },
    files: ['lib/a.js'],
    require: 'lib/a.js cjs',
    import: 'lib/a.js cjs',
  },
  {
    name: 'main that is a folder',
    manifest: { main: 'source' },
    files: ['source/index.js'],
    require: 'source/index.js cjs',
    import: 'source/index.js cjs',
  },
  { name: 'no main', files: ['index.js'], require: 'index.js cjs', import: 'index.js cjs' },
  {
    name: 'main that is not there',
    manifest: { main: 'gone.js' },
    files: ['index.js'],
    require: 'index.js cjs',
    import: 'index.js cjs',
  },
  { name: 'nothing to load', files: ['types.d.ts'], require: 'missing', import: 'missing' },
  {
    name: 'a module package',
    manifest: { type: 'module' },
    files: ['index.js'],
    require: 'index.js esm',
    import: 'index.js esm',
  },
  {
    name: 'exports as text',
    manifest: { exports: './a.js' },
    files: ['a.js'],
    require: 'a.js cjs',
    import: 'a.js cjs',
  },
  {
    name: 'conditions',
    manifest: { exports: both },
    files: ['m.mjs', 'c.cjs'],
    require: 'c.cjs cjs',
    import: 'm.mjs esm',
  },
  {
    name: 'the first condition that holds',
    manifest: { exports: { default: './a.js', require: './c.cjs' } },
    files: ['a.js', 'c.cjs'],
    require: 'a.js cjs',
    import: 'a.js cjs',
  },
  {
    name: 'nested conditions',
    manifest: { exports: { '.': { node: both, default: './browser.js' } } },
    files: ['m.mjs', 'c.cjs', 'browser.js'],
    require: 'c.cjs cjs',
    import: 'm.mjs esm',
  },
  {
    name: 'a condition that is not Node’s',
    manifest: { exports: { browser: './b.js', default: './a.js' } },
    files: ['a.js', 'b.js'],
    require: 'a.js cjs',
    import: 'a.js cjs',
  },
  {
    name: 'import only',
    manifest: { exports: { '.': { import: './m.mjs' } } },
    files: ['m.mjs'],
    require: 'closed',
    import: 'm.mjs esm',
  },
  {
    name: 'a list of fallbacks',
    manifest: { exports: [{ import: './m.mjs' }, './a.js'] },
    files: ['m.mjs', 'a.js'],
    require: 'a.js cjs',
    import: 'm.mjs esm',
  },
  {
    name: 'a subpath without a map',
    files: ['v4.js'],
    subpath: 'v4',
    require: 'v4.js cjs',
    import: 'v4.js cjs',
  },
  {
    name: 'a folder without a map',
    files: ['fp/index.js'],
    subpath: 'fp',
    require: 'fp/index.js cjs',
    import: 'fp/index.js cjs',
  },
  {
    name: 'a subpath that the map lists',
    manifest: { exports: { './v4': './dist/v4.js' } },
    files: ['dist/v4.js'],
    subpath: 'v4',
    require: 'dist/v4.js cjs',
    import: 'dist/v4.js cjs',
  },
  {
    name: 'a subpath that the map lacks',
    manifest: { exports: { '.': './a.js' } },
    files: ['a.js', 'v4.js'],
    subpath: 'v4',
    require: 'closed',
    import: 'closed',
  },
  {
    name: 'a pattern',
    manifest: { exports: { './lib/*.js': './dist/*.cjs' } },
    files: ['dist/x/y.cjs'],
    subpath: 'lib/x/y.js',
    require: 'dist/x/y.cjs cjs',
    import: 'dist/x/y.cjs cjs',
  },
  {
    name: 'the longest pattern',
    manifest: { exports: { './*': './a/*', './lib/*': './b/*' } },
    files: ['a/lib/x.js', 'b/x.js'],
    subpath: 'lib/x.js',
    require: 'b/x.js cjs',
    import: 'b/x.js cjs',
  },
  {
    name: 'a path closed by null',
    manifest: { exports: { './*': './*', './internal/*': null } },
    files: ['internal/x.js'],
    subpath: 'internal/x.js',
    require: 'closed',
    import: 'closed',
  },
  {
    name: 'a folder mapping, which Node dropped',
    manifest: { exports: { './lib/': './dist/' } },
    files: ['dist/x.js'],
    subpath: 'lib/x.js',
    require: 'closed',
    import: 'closed',
  },
  {
    name: 'a target that is not there',
    manifest: { exports: './gone.js' },
    files: ['a.js'],
    require: 'missing',
    import: 'missing',
  },
  {
    name: 'the manifest itself',
    manifest: { exports: { './package.json': './package.json' } },
    files: [],
    subpath: 'package.json',
    require: 'package.json other',
    import: 'package.json other',
  },
];

/**
 * An import specifier without a map has to name a file exactly; we are as lenient with it as
 * compilers are, so there Node is not asked.
 */
const asksImport = ({ manifest, subpath }: Case) =>
  subpath === undefined || manifest?.['exports'] !== undefined;

function expectedOf(one: Case) {
  const [required] = one.require.split(' ');
  const [imported] = one.import.split(' ');
  return [one.name, required, asksImport(one) ? imported : 'not asked'];
}

function askNode(folder: string, one: Case) {
  const { name, manifest = {}, files, subpath } = one;
  const home = join(folder, 'node_modules/dep');
  for (const file of ['package.json', ...files]) {
    mkdirSync(dirname(join(home, file)), { recursive: true });
    writeFileSync(join(home, file), file === 'package.json' ? JSON.stringify(manifest) : '');
  }
  const script = join(folder, 'ask.mjs');
  writeFileSync(script, ASK);
  const specifier = subpath === undefined ? 'dep' : `dep/${subpath}`;
  const argv = ['--no-deprecation', script, specifier];
  const answer = JSON.parse(execFileSync(process.execPath, argv).toString()) as {
    readonly require: string;
    readonly import: string;
  };
  const told = (path: string) => (existsSync(path) ? relative(home, path) : path);
  return [name, told(answer.require), asksImport(one) ? told(answer.import) : 'not asked'];
}

describe('resolve', () => {
  it.each(cases)('$name', ({ manifest = {}, files, subpath = '', require, import: imported }) => {
    const texts = new Map(files.map((file) => [file, '']));
    texts.set('package.json', JSON.stringify(manifest));
    const told = (loader: 'require' | 'import') => {
      const answer = resolve(texts, subpath, loader);
      return answer.status === 'file' ? `${answer.path} ${answer.format}` : answer.status;
    };
    expect(told('require')).toBe(require);
    expect(told('import')).toBe(imported);
  });

  it('agrees with Node', () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'resolve-')));
    try {
      const node = cases.map((one, index) => askNode(join(root, String(index)), one));
      expect(node).toEqual(cases.map(expectedOf));
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('reads the format from the nearest manifest', () => {
    const files = new Map([
      ['package.json', JSON.stringify({ type: 'module', main: 'dist/cjs/a.js' })],
      ['dist/cjs/package.json', JSON.stringify({ type: 'commonjs' })],
      ['dist/cjs/a.js', ''],
    ]);
    expect(resolve(files, '', 'require')).toEqual({
      status: 'file',
      path: 'dist/cjs/a.js',
      format: 'cjs',
    });
  });
});
