import type { HostileCase, RefusedCase } from './ecosystem.contract.ts';

/** Lockfiles nobody's package manager wrote. */
export const npmRefused: readonly RefusedCase[] = [
  refused('an empty package-lock', 'package-lock.json', '', 1),
  refused('a package-lock that is an array', 'package-lock.json', '[]', 1),
  refused('a package-lock that is null', 'package-lock.json', 'null', 1),
  refused('broken JSON', 'package-lock.json', '{\n  "packages": {\n    "": {,}\n  }\n}', 3),
  refused('JSON cut in a string', 'package-lock.json', '{\n  "packages": {\n    "node_mod', 3),
  refused('JSON with a tail', 'package-lock.json', '{}\n}', 2),
  refused('a merge conflict', 'package-lock.json', conflict('{\n', '"a": 1', '"a": 2', '}'), 2),
  refused('a merge conflict in YAML', 'pnpm-lock.yaml', conflict('a: 1\n', 'b: 1', 'b: 2', ''), 2),
  refused('a merge conflict in yarn.lock', 'yarn.lock', conflict('# a\n', 'a@1:', 'a@2:', ''), 2),
  refused('YAML by tabs', 'pnpm-lock.yaml', "lockfileVersion: '9.0'\npackages:\n\ta: 1\n", 3),
  refused('YAML with an open bracket', 'pnpm-lock.yaml', 'packages: {a: {b: 1}\nc: 1\n', 2),
  refused('a YAML key twice', 'pnpm-lock.yaml', 'packages:\n  a: 1\n  a: 2\n', 3),
  refused('a YAML list', 'pnpm-lock.yaml', '- a\n- b\n', 1),
  refused('YAML nested beyond reason', 'pnpm-lock.yaml', '['.repeat(20_000), 1),
  refused('a YAML alias bomb', 'pnpm-lock.yaml', aliasBomb(), 1),
  refused('prose as yarn.lock', 'yarn.lock', '# yarn lockfile v1\n\nhello world\n', 3),
  refused('a yarn entry without an end', 'yarn.lock', '"a@1:\n  version "1"\n', 1),
  refused('bun.lock cut off', 'bun.lock', '{\n  "packages": {\n    "a": ["a@1.0.0", ""', 3),
];

/** Strange, but every part of it that can be read is. */
export const npmSurvived: readonly HostileCase[] = [
  survives('an empty yarn.lock', 'yarn.lock', ''),
  survives('a byte order mark', 'package-lock.json', '\uFEFF{"lockfileVersion":3,"packages":{}}'),
  survives(
    'keys of the prototype in package-lock',
    'package-lock.json',
    `{"lockfileVersion":3,"packages":{"":{"dependencies":{"__proto__":"1","constructor":"1","toString":"1"},"__proto__":{"polluted":1}},
      "__proto__":{"polluted":true},"node_modules/__proto__":{"version":"1.0.0"},"constructor":{"version":"1"},
      "node_modules/constructor":{"version":"1.0.0","dependencies":{"hasOwnProperty":"1","__proto__":"1"}}}}`,
  ),
  survives(
    'keys of the prototype in version 1',
    'package-lock.json',
    '{"lockfileVersion":1,"dependencies":{"__proto__":{"version":"1.0.0","requires":{"constructor":"1"},"dependencies":{"__proto__":{"version":"2.0.0"}}}}}',
  ),
  survives(
    'keys of the prototype in pnpm-lock',
    'pnpm-lock.yaml',
    "lockfileVersion: '9.0'\noverrides:\n  __proto__: 1.0.0\nimporters:\n  .:\n    dependencies:\n      __proto__:\n        specifier: ^1\n        version: 1.0.0\npackages:\n  __proto__@1.0.0: {}\n  constructor@1.0.0: {}\nsnapshots:\n  __proto__@1.0.0: {}\n  constructor@1.0.0: {}\n",
  ),
  survives(
    'keys of the prototype in yarn.lock',
    'yarn.lock',
    '__proto__@1:\n  version "1.0.0"\n  dependencies:\n    constructor "1"\n\nconstructor@1:\n  version "1.0.0"\n',
  ),
  survives(
    'keys of the prototype in bun.lock',
    'bun.lock',
    '{"lockfileVersion":1,"workspaces":{"":{"dependencies":{"__proto__":"1"}},"__proto__":{"name":"x"}},"packages":{"__proto__":["__proto__@1.0.0","",{}],"constructor":["constructor@1.0.0","",{}],}}',
  ),
  survives(
    'values of the wrong type everywhere',
    'package-lock.json',
    '{"lockfileVersion":[],"packages":{"":[],"node_modules/a":7,"node_modules/b":{"version":{}},"node_modules/c":{"version":"1.0.0","dependencies":["x"],"peerDependencies":"y"},"d":{"link":true}}}',
  ),
  survives(
    'paths that lead out',
    'package-lock.json',
    '{"lockfileVersion":3,"packages":{"":{"workspaces":["../*","/etc/*"]},"../../etc":{"name":"x","version":"1.0.0"},"/etc/passwd":{"version":"1.0.0"},"node_modules/../../x":{"version":"1.0.0"},"node_modules/x":{"link":true,"resolved":"../../.."}}}',
  ),
  survives(
    'importers that lead out',
    'pnpm-lock.yaml',
    "lockfileVersion: '9.0'\nimporters:\n  ../../../etc:\n    dependencies:\n      a: {specifier: 1.0.0, version: 1.0.0}\n  /etc: {}\npackages:\n  a@1.0.0: {}\nsnapshots:\n  a@1.0.0: {}\n",
  ),
  survives('100,000 packages', 'package-lock.json', manyPackages(100_000)),
  survives('a cycle of 10,000', 'package-lock.json', chain(10_000, true)),
  survives('a chain of 50,000 in yarn.lock', 'yarn.lock', yarnChain(50_000)),
  survives('everything requires everything', 'package-lock.json', complete(300)),
  survives('version 1 nested 10,000 deep', 'package-lock.json', nestedVersion1(10_000)),
  survives('folders nested 2,000 deep', 'package-lock.json', deepFolders(2000)),
  survives('JSON nested 100,000 deep', 'package-lock.json', deepJson(100_000)),
  survives('a name of a million characters', 'package-lock.json', longName(1_000_000)),
  survives(
    'a workspace pattern made of stars',
    'package-lock.json',
    `{"lockfileVersion":3,"packages":{"":{"workspaces":["${'*a'.repeat(100)}","${'**/'.repeat(80)}b"]},"${'a/'.repeat(60)}c":{"version":"1.0.0"},"${'a'.repeat(5000)}!":{}}}`,
  ),
  survives(
    'names with escapes and line breaks',
    'package-lock.json',
    JSON.stringify({
      lockfileVersion: 3,
      packages: { 'node_modules/\u001B[31mred\n::error::x\uD800': { version: '1.0.0\u0007' } },
    }),
  ),
];

function refused(name: string, lockfile: string, text: string, line: number): RefusedCase {
  return { name, lockfile, files: { [lockfile]: text }, line };
}

function survives(name: string, lockfile: string, text: string): HostileCase {
  return { name, lockfile, files: { [lockfile]: text } };
}

function conflict(before: string, ours: string, theirs: string, after: string): string {
  return `${before}<<<<<<< HEAD\n${ours}\n=======\n${theirs}\n>>>>>>> main\n${after}`;
}

/** Ten levels of ten aliases each: 10^10 nodes if it were unfolded. */
function aliasBomb(): string {
  const levels = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 10; level += 1) {
    const references = Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ');
    levels.push(`a${level}: &a${level} [${references}]`);
  }
  return levels.join('\n');
}

function packageLock(entries: Iterable<[string, object]>): string {
  return JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries(entries) });
}

function manyPackages(count: number): string {
  return packageLock(
    Array.from({ length: count }, (_, at): [string, object] => [
      `node_modules/p${at}`,
      { version: '1.0.0', dependencies: { [`p${(at * 7) % count}`]: '*' } },
    ]),
  );
}

function chain(count: number, closed: boolean): string {
  const root: [string, object] = ['', { dependencies: { p0: '*' } }];
  const links = Array.from({ length: count }, (_, at): [string, object] => [
    `node_modules/p${at}`,
    {
      version: '1.0.0',
      dependencies: at + 1 < count || closed ? { [`p${(at + 1) % count}`]: '*' } : {},
    },
  ]);
  return packageLock([root, ...links]);
}

function yarnChain(count: number): string {
  return Array.from(
    { length: count },
    (_, at) => `p${at}@1:\n  version "1.0.0"\n  dependencies:\n    p${at + 1} "1"\n`,
  ).join('\n');
}

function complete(count: number): string {
  const all = Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, '*']));
  return packageLock([
    ['', { dependencies: all }],
    ...Array.from({ length: count }, (_, at): [string, object] => [
      `node_modules/p${at}`,
      { version: '1.0.0', dependencies: all },
    ]),
  ]);
}

function nestedVersion1(depth: number): string {
  const open = '"a":{"version":"1.0.0","requires":{"a":"1"},"dependencies":{';
  return `{"lockfileVersion":1,"dependencies":{${open.repeat(depth)}${'}}'.repeat(depth)}}}`;
}

function deepFolders(depth: number): string {
  return packageLock([
    [`${'a/'.repeat(depth)}b`, { version: '1.0.0', dependencies: { x: '1', y: '1' } }],
    [`${'node_modules/a/'.repeat(depth)}node_modules/a`, { version: '1.0.0' }],
  ]);
}

function deepJson(depth: number): string {
  return `{"lockfileVersion":3,"packages":{},"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
}

function longName(length: number): string {
  const name = 'x'.repeat(length);
  return packageLock([
    [`node_modules/${name}`, { version: '1.0.0' }],
    ['node_modules/a', { name, version: '1.0.0' }],
    ['node_modules/b', { version: '1'.repeat(length), dependencies: { a: '>'.repeat(length) } }],
  ]);
}
