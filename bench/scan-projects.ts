/** What bench/scan.ts scans: a project of many packages, some of them known to be vulnerable. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  direct,
  formats,
  type KnownPackage,
  type Package,
  universe,
  writeLockfile,
} from './lockfiles.ts';

/** Versions with advisories, as they stand in lockfiles that nobody has touched for a while. */
const VULNERABLE: readonly KnownPackage[] = [
  ['lodash', '4.17.15'],
  ['minimist', '1.2.0'],
  ['ansi-regex', '3.0.0'],
  ['axios', '0.21.0'],
  ['braces', '2.3.2'],
  ['decode-uri-component', '0.2.0'],
  ['ejs', '3.1.5'],
  ['express', '4.17.1'],
  ['follow-redirects', '1.13.0'],
  ['glob-parent', '3.1.0'],
  ['ini', '1.3.5'],
  ['json5', '1.0.1'],
  ['jsonwebtoken', '8.5.1'],
  ['loader-utils', '1.4.0'],
  ['moment', '2.24.0'],
  ['node-fetch', '2.6.0'],
  ['nth-check', '1.0.2'],
  ['path-to-regexp', '0.1.7'],
  ['postcss', '7.0.35'],
  ['qs', '6.5.2'],
  ['semver', '5.7.1'],
  ['tar', '4.4.13'],
  ['tough-cookie', '2.5.0'],
  ['word-wrap', '1.2.3'],
  ['ws', '7.4.0'],
  ['y18n', '4.0.0'],
].map(([name = '', version = '']) => ({ name, version }));

const npm = formats.find(({ id }) => id === 'package-lock 3');

/** A folder with a package-lock.json and its package.json, nothing else. Returns the lockfile. */
export function writeLockfileProject(folder: string, count: number): string {
  if (npm === undefined) throw new Error('there is no npm format');
  for (const [path, text] of writeLockfile(npm, count, VULNERABLE)) write(join(folder, path), text);
  return join(folder, npm.file);
}

/** The same project with an application and every package installed, in its usual size and shape. */
export function writeInstalledProject(folder: string, count: number): void {
  writeLockfileProject(folder, count);
  const packages = universe(count, VULNERABLE);
  for (const each of packages) {
    const home = join(folder, 'node_modules', each.name);
    const dependencies = Object.fromEntries(
      each.requires.map(({ name, version }) => [name, `^${version}`]),
    );
    const manifest = { name: each.name, version: each.version, main: 'index.js', dependencies };
    write(join(home, 'package.json'), JSON.stringify(manifest, null, 2));
    write(join(home, 'index.js'), entry(each.requires));
    for (const part of PARTS) write(join(home, 'lib', `${part}.js`), code(part));
  }
  const required = direct(packages);
  for (let at = 0; at < SOURCES; at += 1) {
    const some = required.filter((_, index) => index % SOURCES === at);
    write(join(folder, 'src', `part-${at}.js`), `${requires(some)}${code(`part${at}`)}`);
  }
}

const PARTS = ['parse', 'print', 'walk'];
const SOURCES = 40;

function entry(dependencies: readonly Package[]): string {
  const own = PARTS.map((part) => `exports.${part} = require('./lib/${part}.js').${part};\n`);
  return `'use strict';\n${requires(dependencies)}${own.join('')}`;
}

function requires(packages: readonly Package[]): string {
  return packages
    .map(({ name }, at) => `const d${at} = require('${name}');\nd${at}.parse('');\n`)
    .join('');
}

/** Some 100 lines of what packages are made of. */
function code(name: string): string {
  const body = Array.from(
    { length: 12 },
    (_, at) => `function step${at}(input, options) {
  const found = [];
  for (const [index, each] of Object.entries(input)) {
    if (options && options.skip && options.skip(each)) continue;
    found.push({ index, value: typeof each === 'string' ? each.trim() : each });
  }
  return found.map((one) => ({ ...one, rank: one.index * ${at + 1} }));
}
`,
  );
  const steps = body.map((_, at) => `step${at}(input, options)`).join(', ');
  return `'use strict';\n${body.join('\n')}
exports.${name} = function ${name}(input, options) {
  return [${steps}].flat();
};
`;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
