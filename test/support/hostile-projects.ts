import type { PackageManager } from '../../src/domain/dependency-graph.ts';

export interface HostileProject {
  readonly name: string;
  /** Files to lay over the project; whatever runs would create `marker`. */
  readonly files: (marker: string) => Readonly<Record<string, string>>;
  /** The patcher refuses the project instead of working around it. */
  readonly refused?: boolean;
}

const code = (marker: string) =>
  `require('node:fs').writeFileSync(${JSON.stringify(marker)}, 'ran');\n`;
const script = (marker: string) => `#!/bin/sh\ntouch ${marker}\n`;
const manifest = (fields: object) =>
  `${JSON.stringify({ name: 'app', version: '1.0.0', dependencies: { branch: '^1.0.0' }, ...fields }, null, 2)}\n`;

const everywhere: readonly HostileProject[] = [
  {
    name: 'scripts of the project itself',
    files: (marker) => ({
      'package.json': manifest({
        scripts: Object.fromEntries(
          ['preinstall', 'install', 'postinstall', 'prepare', 'dependencies'].map((name) => [
            name,
            `touch ${marker}`,
          ]),
        ),
      }),
    }),
  },
  {
    name: '.npmrc with programs of its own',
    files: (marker) => ({
      '.npmrc':
        'git=./evil.sh\nscript-shell=./evil.sh\nnode-options=--require ./evil.js\nignore-scripts=false\n',
      'evil.sh': script(marker),
      'evil.js': code(marker),
      'package.json': manifest({ scripts: { prepare: 'true' } }),
    }),
  },
];

const own: Readonly<Partial<Record<PackageManager, readonly HostileProject[]>>> = {
  pnpm: [
    { name: '.pnpmfile.cjs', files: (marker) => ({ '.pnpmfile.cjs': code(marker) }) },
    {
      name: 'a pnpmfile named in pnpm-workspace.yaml',
      files: (marker) => ({
        'pnpm-workspace.yaml': 'pnpmfile: evil.cjs\nignorePnpmfile: false\n',
        'evil.cjs': code(marker),
      }),
    },
    {
      name: 'a pnpmfile named in .npmrc',
      files: (marker) => ({
        '.npmrc': 'pnpmfile=evil.cjs\nglobal-pnpmfile=evil.cjs\n',
        'evil.cjs': code(marker),
      }),
    },
  ],
  'yarn-classic': [
    {
      name: '.yarnrc with yarn-path',
      files: (marker) => ({ '.yarnrc': 'yarn-path "./evil.js"\n', 'evil.js': code(marker) }),
    },
    {
      name: '.yarnrc.yml with yarnPath',
      files: (marker) => ({ '.yarnrc.yml': 'yarnPath: ./evil.js\n', 'evil.js': code(marker) }),
    },
  ],
  'yarn-berry': [
    {
      name: '.yarnrc.yml with yarnPath',
      files: (marker) => ({ '.yarnrc.yml': 'yarnPath: ./evil.cjs\n', 'evil.cjs': code(marker) }),
    },
    {
      name: '.yarnrc.yml with a plugin',
      files: (marker) => ({
        '.yarnrc.yml': 'plugins:\n  - ./evil.cjs\n',
        'evil.cjs': `${code(marker)}module.exports = { name: 'evil', factory: () => ({}) };\n`,
      }),
    },
    {
      name: '.yarnrc.yml that allows scripts',
      files: (marker) => ({
        '.yarnrc.yml': 'enableScripts: true\n',
        'package.json': manifest({ scripts: { postinstall: `touch ${marker}` } }),
      }),
    },
    {
      name: 'a dependency that is made by a script (exec:)',
      files: (marker) => ({
        'package.json': manifest({
          dependencies: { branch: '^1.0.0', evil: 'exec:./evil.js' },
          dependenciesMeta: { evil: { built: true } },
        }),
        'evil.js': code(marker),
      }),
      refused: true,
    },
  ],
};

export function hostileProjects(manager: PackageManager): readonly HostileProject[] {
  return [...everywhere, ...(own[manager] ?? [])];
}
