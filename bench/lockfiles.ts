/**
 * The same made-up project as a lockfile of any size, in each format: every package requires three
 * earlier ones, as wide and as deep as real projects are.
 */
export interface Format {
  readonly id: string;
  readonly file: string;
  /** `none`: no usual parser reads yarn's own format. */
  readonly baseline: 'JSON.parse' | 'yaml' | 'none';
  readonly write: (packages: readonly Package[]) => string;
}

/** Put in place of made-up ones, evenly spread. */
export interface KnownPackage {
  readonly name: string;
  readonly version: string;
}

export interface Package {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly requires: readonly Package[];
}

/** The lockfile and the manifest beside it, by path. */
export function writeLockfile(
  format: Format,
  count: number,
  known: readonly KnownPackage[] = [],
): ReadonlyMap<string, string> {
  const packages = universe(count, known);
  return new Map([
    [format.file, format.write(packages)],
    [
      'package.json',
      json({ name: 'bench', version: '1.0.0', dependencies: ranges(direct(packages)) }),
    ],
  ]);
}

export const formats: readonly Format[] = [
  { id: 'package-lock 1', file: 'package-lock.json', baseline: 'JSON.parse', write: packageLock1 },
  { id: 'package-lock 3', file: 'package-lock.json', baseline: 'JSON.parse', write: packageLock3 },
  {
    id: 'pnpm-lock 6.0',
    file: 'pnpm-lock.yaml',
    baseline: 'yaml',
    write: (all) => pnpmLock(all, '6.0'),
  },
  {
    id: 'pnpm-lock 9.0',
    file: 'pnpm-lock.yaml',
    baseline: 'yaml',
    write: (all) => pnpmLock(all, '9.0'),
  },
  { id: 'yarn classic', file: 'yarn.lock', baseline: 'none', write: yarnClassic },
  { id: 'yarn berry', file: 'yarn.lock', baseline: 'yaml', write: yarnBerry },
  { id: 'bun.lock', file: 'bun.lock', baseline: 'JSON.parse', write: bunLock },
];

/** The packages of a lockfile of `count`; those that others require come first. */
export function universe(count: number, known: readonly KnownPackage[] = []): readonly Package[] {
  const packages: Package[] = [];
  const given = new Map(
    known.map((each, at) => [Math.floor(((at + 0.5) * count) / known.length), each]),
  );
  for (let at = 0; at < count; at += 1) {
    const requires = [...new Set([at - 10, at >> 1, (at * 7919 + 13) % (at || 1)])]
      .filter((other) => other >= 0 && other < at)
      .flatMap((other) => packages[other] ?? []);
    // No name of scripts/synthetic-export.ts: findings by the thousand are another measurement.
    const name = at % 5 === 0 ? `@scope-${at % 17}/module-${at}` : `module-${at}`;
    const integrity = `sha512-${String(at).padStart(86, 'Ab3')}==`;
    const version = `${at % 9}.${at % 31}.${at % 7}`;
    packages.push({ name, version, ...given.get(at), integrity, requires });
  }
  return packages;
}

/** The last ones, which lead to all others: what the project itself requires. */
export function direct(packages: readonly Package[]): readonly Package[] {
  return packages.slice(-Math.ceil(packages.length / 10));
}

function ranges(packages: readonly Package[]): Record<string, string> {
  return Object.fromEntries(packages.map(({ name, version }) => [name, `^${version}`]));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function tarball({ name, version }: Package): string {
  return `https://registry.example/${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
}

function packageLock1(packages: readonly Package[]): string {
  const dependencies = packages.map((each) => [
    each.name,
    {
      version: each.version,
      resolved: tarball(each),
      integrity: each.integrity,
      requires: ranges(each.requires),
    },
  ]);
  return json({ lockfileVersion: 1, dependencies: Object.fromEntries(dependencies) });
}

function packageLock3(packages: readonly Package[]): string {
  const entries = packages.map((each) => [
    `node_modules/${each.name}`,
    {
      version: each.version,
      resolved: tarball(each),
      integrity: each.integrity,
      license: 'MIT',
      dependencies: ranges(each.requires),
      engines: { node: '>=6.9.0' },
    },
  ]);
  const root = { name: 'bench', dependencies: ranges(direct(packages)) };
  return json({ lockfileVersion: 3, packages: { '': root, ...Object.fromEntries(entries) } });
}

function pnpmLock(packages: readonly Package[], version: '6.0' | '9.0'): string {
  const prefix = version === '6.0' ? '/' : '';
  const key = (each: Package) => `'${prefix}${each.name}@${each.version}'`;
  const quoted = (name: string) => (name.startsWith('@') ? `'${name}'` : name);
  const importers = direct(packages).map(
    (each) =>
      `      ${quoted(each.name)}:\n        specifier: ^${each.version}\n        version: ${each.version}\n`,
  );
  const requires = (each: Package) => {
    const lines = each.requires.map((other) => `      ${quoted(other.name)}: ${other.version}\n`);
    return lines.length === 0 ? '' : `    dependencies:\n${lines.join('')}`;
  };
  const facts = (each: Package) =>
    `  ${key(each)}:\n    resolution: {integrity: ${each.integrity}}\n    engines: {node: '>=6.9.0'}\n`;
  const snapshot = (each: Package) =>
    each.requires.length === 0 ? `  ${key(each)}: {}\n` : `  ${key(each)}:\n${requires(each)}`;
  const head = `lockfileVersion: '${version}'\n\nimporters:\n\n  .:\n    dependencies:\n${importers.join('')}\npackages:\n\n`;
  if (version === '6.0') {
    return (
      head + packages.map((each) => `${facts(each)}${requires(each)}    dev: false\n`).join('\n')
    );
  }
  return `${head}${packages.map(facts).join('\n')}\nsnapshots:\n\n${packages.map(snapshot).join('\n')}`;
}

function yarnClassic(packages: readonly Package[]): string {
  return packages
    .map((each) => {
      const lines = each.requires.map(({ name, version }) => `    "${name}" "^${version}"\n`);
      const requires = lines.length === 0 ? '' : `  dependencies:\n${lines.join('')}`;
      return `"${each.name}@^${each.version}":\n  version "${each.version}"\n  resolved "${tarball(each)}#0"\n  integrity ${each.integrity}\n${requires}`;
    })
    .join('\n');
}

function yarnBerry(packages: readonly Package[]): string {
  const list = (all: readonly Package[]) =>
    all.length === 0
      ? ''
      : `  dependencies:\n${all.map(({ name, version }) => `    "${name}": "npm:^${version}"\n`).join('')}`;
  const entries = packages.map(
    (each) =>
      `"${each.name}@npm:^${each.version}":\n  version: ${each.version}\n  resolution: "${each.name}@npm:${each.version}"\n${list(each.requires)}  checksum: 10c0/${each.integrity.slice(7, 93)}\n  languageName: node\n  linkType: hard\n`,
  );
  const root = `"bench@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "bench@workspace:."\n${list(direct(packages))}  languageName: unknown\n  linkType: soft\n`;
  return `__metadata:\n  version: 8\n  cacheKey: 10c0\n\n${[...entries, root].join('\n')}`;
}

function bunLock(packages: readonly Package[]): string {
  const entries = packages.map(
    (each) =>
      `    "${each.name}": ["${each.name}@${each.version}", "", ${JSON.stringify({ dependencies: ranges(each.requires) })}, "${each.integrity}"],\n`,
  );
  const root = JSON.stringify({ name: 'bench', dependencies: ranges(direct(packages)) });
  return `{\n  "lockfileVersion": 1,\n  "workspaces": {\n    "": ${root},\n  },\n  "packages": {\n${entries.join('\n')}  }\n}\n`;
}
