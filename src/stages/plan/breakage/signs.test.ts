import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PublishedVersion } from '../../../ports/package-registry.ts';
import { loadParser, moduleFacts } from '../../javascript/module-facts.ts';
import { breakageSigns } from './signs.ts';
import { packageUses } from './uses.ts';

interface Published extends Partial<PublishedVersion> {
  readonly manifest?: Record<string, unknown>;
  readonly files?: Record<string, string>;
}

interface Case {
  readonly name: string;
  readonly from?: Published;
  readonly to?: Published;
  /** The project's own code; CommonJS unless `type` says otherwise. */
  readonly code?: string;
  readonly path?: string;
  readonly type?: string;
  readonly nodeFloor?: string;
  readonly installed?: Record<string, readonly string[]>;
  readonly signs: readonly string[];
}

const version = (published: Published, fallback: string): PublishedVersion => {
  return {
    version: fallback,
    dependencies: {},
    optionalDependencies: {},
    peerDependencies: {},
    engines: {},
    hasInstallScript: false,
    provenance: false,
    ...published,
  };
};

const filesOf = ({ manifest = {}, files = {} }: Published) =>
  new Map(Object.entries({ 'package.json': JSON.stringify(manifest), ...files }));

function signsOf({ from = {}, to = {}, code = '', ...rest }: Omit<Case, 'name' | 'signs'>) {
  const facts = moduleFacts(rest.path ?? 'src/app.js', code);
  return breakageSigns({
    package: 'dep',
    from: version(from, '1.0.0'),
    to: version(to, '1.1.0'),
    fromFiles: filesOf(from),
    toFiles: filesOf(to),
    uses: packageUses([facts], 'dep', rest.type),
    installed: new Map(Object.entries(rest.installed ?? {})),
    ...(rest.nodeFloor === undefined ? {} : { nodeFloor: rest.nodeFloor }),
  });
}

const cjs = (body: string): Published => ({ files: { 'index.js': body } });
const esm = (body: string): Published => {
  return { manifest: { type: 'module' }, files: { 'index.js': body } };
};

const cases: readonly Case[] = [
  { name: 'a patch with nothing said', signs: [] },
  { name: 'a major', to: { version: '2.0.0' }, signs: ['major'] },
  {
    name: 'a minor below 1.0',
    from: { version: '0.3.1' },
    to: { version: '0.4.0' },
    signs: ['major'],
  },
  { name: 'a patch below 1.0', from: { version: '0.3.1' }, to: { version: '0.3.2' }, signs: [] },

  // Engines
  {
    name: 'a floor that the project is below',
    to: { engines: { node: '>=20' } },
    nodeFloor: '18.0.0',
    signs: ['engines'],
  },
  {
    name: 'a floor that the project meets',
    to: { engines: { node: '>=18' } },
    nodeFloor: '18.0.0',
    signs: [],
  },
  {
    name: 'a floor, and a project that says nothing',
    to: { engines: { node: '>=20' } },
    signs: [],
  },
  {
    name: 'a floor that was missed before',
    from: { engines: { node: '>=19' } },
    to: { engines: { node: '>=20' } },
    nodeFloor: '18.0.0',
    signs: [],
  },

  // Peers
  {
    name: 'a new peer that is not there',
    to: { peerDependencies: { react: '>=18' } },
    signs: ['peer'],
  },
  {
    name: 'a new peer that is there',
    to: { peerDependencies: { react: '>=18' } },
    installed: { react: ['18.2.0'] },
    signs: [],
  },
  {
    name: 'a peer that is too old',
    to: { peerDependencies: { react: '>=18' } },
    installed: { react: ['17.0.2'] },
    signs: ['peer'],
  },
  {
    name: 'a peer that did not fit before either',
    from: { peerDependencies: { react: '>=18' } },
    to: { peerDependencies: { react: '>=18.1' } },
    installed: { react: ['17.0.2'] },
    signs: [],
  },
  {
    name: 'a new optional peer',
    to: {
      peerDependencies: { react: '>=18' },
      manifest: { peerDependenciesMeta: { react: { optional: true } } },
    },
    signs: [],
  },

  { name: 'a new install script', to: { hasInstallScript: true }, signs: ['install-script'] },
  {
    name: 'an install script as before',
    from: { hasInstallScript: true },
    to: { hasInstallScript: true },
    signs: [],
  },

  // Module system
  {
    name: 'require of what became an ES module',
    from: cjs('module.exports = f;'),
    to: esm('export default f;'),
    code: "require('dep')",
    signs: ['module-system'],
  },
  {
    name: 'import of what became an ES module',
    from: cjs('module.exports = f;'),
    to: esm('export default f;'),
    code: "import f from 'dep'; f();",
    type: 'module',
    signs: [],
  },
  {
    name: 'compiled import of what became an ES module',
    from: cjs('module.exports = f;'),
    to: esm('export default f;'),
    code: "import f from 'dep'; f();",
    path: 'src/app.ts',
    signs: ['module-system'],
  },
  {
    name: 'dynamic import of what became an ES module',
    from: cjs('exports.f = 1;'),
    to: esm('export const f = 1;'),
    code: "import('dep').then(({ f }) => f)",
    signs: [],
  },
  {
    name: 'a package that keeps both',
    from: cjs('exports.a = 1;'),
    to: {
      manifest: {
        type: 'module',
        exports: { '.': { import: './index.js', require: './index.cjs' } },
      },
      files: { 'index.js': 'export const a = 1;', 'index.cjs': 'exports.a = 1;' },
    },
    code: "require('dep').a",
    signs: [],
  },
  {
    name: 'an exports map for import only',
    from: cjs('exports.a = 1;'),
    to: {
      manifest: { type: 'module', exports: { import: './index.js' } },
      files: { 'index.js': 'export const a = 1;' },
    },
    code: "require('dep').a",
    signs: ['module-system'],
  },

  // Subpaths
  {
    name: 'a path that exports closes',
    from: { files: { 'index.js': '', 'lib/a.js': 'module.exports = 1;' } },
    to: {
      manifest: { exports: './index.js' },
      files: { 'index.js': '', 'lib/a.js': 'module.exports = 1;' },
    },
    code: "require('dep/lib/a')",
    signs: ['subpath-closed'],
  },
  {
    name: 'a path that exports keeps open by a pattern',
    from: { files: { 'index.js': '', 'lib/a.js': 'exports.a = 1;' } },
    to: {
      manifest: { exports: { '.': './index.js', './lib/*': './lib/*.js' } },
      files: { 'index.js': '', 'lib/a.js': 'exports.a = 1;' },
    },
    code: "require('dep/lib/a')",
    signs: [],
  },
  {
    name: 'a file that is gone',
    from: { files: { 'index.js': '', 'v4.js': 'module.exports = 1;' } },
    to: cjs(''),
    code: "require('dep/v4')",
    signs: ['removed-and-used'],
  },
  {
    name: 'a path that never was',
    from: cjs(''),
    to: cjs(''),
    code: "require('dep/nope')",
    signs: [],
  },

  // Removed and used
  {
    name: 'a used export that is gone',
    from: cjs('exports.a = 1; exports.b = 2;'),
    to: cjs('exports.b = 2;'),
    code: "require('dep').a()",
    signs: ['removed-and-used'],
  },
  {
    name: 'an unused export that is gone',
    from: cjs('exports.a = 1; exports.b = 2;'),
    to: cjs('exports.b = 2;'),
    code: "require('dep').b()",
    signs: [],
  },
  {
    name: 'a named import that is gone',
    from: esm('export const a = 1, b = 2;'),
    to: esm('export const b = 2;'),
    code: "import { a } from 'dep'; a;",
    type: 'module',
    signs: ['removed-and-used'],
  },
  {
    name: 'a default export that is gone',
    from: esm('export default 1; export const b = 2;'),
    to: esm('export const b = 2;'),
    code: "import a from 'dep'; a();",
    type: 'module',
    signs: ['removed-and-used'],
  },
  {
    name: 'a type that is gone',
    from: esm('export const a = 1, b = 2;'),
    to: esm('export const b = 2;'),
    code: "import type { a } from 'dep';",
    path: 'a.ts',
    type: 'module',
    signs: [],
  },
  {
    name: 'an export behind a re-export',
    from: cjs('exports.a = 1;'),
    to: {
      files: { 'index.js': "module.exports = require('./lib');", 'lib/index.js': 'exports.a = 1;' },
    },
    code: "require('dep').a()",
    signs: [],
  },
  {
    name: 'an export lost behind a re-export',
    from: {
      files: {
        'index.js': "module.exports = require('./lib');",
        'lib/index.js': 'exports.a = 1; exports.b = 1;',
      },
    },
    to: {
      files: { 'index.js': "module.exports = require('./lib');", 'lib/index.js': 'exports.b = 1;' },
    },
    code: "require('dep').a()",
    signs: ['removed-and-used'],
  },
  {
    name: 'a name behind export *',
    from: esm('export const a = 1;'),
    to: {
      manifest: { type: 'module' },
      files: { 'index.js': "export * from './a.js';", 'a.js': 'export const a = 1;' },
    },
    code: "import { a } from 'dep'; a;",
    type: 'module',
    signs: [],
  },
  {
    name: 'exports that cannot be listed',
    from: cjs('exports.a = 1;'),
    to: cjs('module.exports = make(); function a() {}'),
    code: "require('dep').a()",
    signs: [],
  },
  {
    name: 'exports that cannot be listed, and the word is gone',
    from: cjs('module.exports = make({ a: 1 });'),
    to: cjs('module.exports = make();'),
    code: "require('dep').a()",
    signs: ['removed-and-used'],
  },
  {
    name: 'a name the old version did not have either',
    from: cjs('exports.b = 1;'),
    to: cjs('exports.c = 1;'),
    code: "require('dep').a",
    signs: [],
  },
  {
    name: 'what every function has',
    from: cjs('exports.call = 1;'),
    to: cjs('exports.b = 1;'),
    code: "require('dep').call(1)",
    signs: [],
  },
  {
    name: 'calling a module that exports names only now',
    from: cjs('module.exports = function f() {};'),
    to: cjs('exports.f = f;'),
    code: "require('dep')(1)",
    signs: ['removed-and-used'],
  },
  {
    name: 'calling a module that is still a function',
    from: cjs('module.exports = function f(a) {};'),
    to: cjs('module.exports = (a) => a;'),
    code: "require('dep')(1)",
    signs: [],
  },

  // Arity
  {
    name: 'a callback that nobody calls any more',
    from: cjs('module.exports = function f(a, cb) {};'),
    to: cjs('module.exports = async function f(a) {};'),
    code: "require('dep')(1, done)",
    signs: ['arity'],
  },
  {
    name: 'fewer parameters, and the call has few',
    from: cjs('module.exports = function f(a, cb) {};'),
    to: cjs('module.exports = function f(a) {};'),
    code: "require('dep')(1)",
    signs: [],
  },
  {
    name: 'a rest parameter',
    from: cjs('module.exports = function f(a, b) {};'),
    to: cjs('module.exports = function f(...all) {};'),
    code: "require('dep')(1, 2)",
    signs: [],
  },
  {
    name: 'an exported function with fewer parameters',
    from: cjs('exports.f = function (a, cb) {};'),
    to: cjs('exports.f = function (a) {};'),
    code: "require('dep').f(1, done)",
    signs: ['arity'],
  },
  {
    name: 'a function that a compiler wrapped',
    from: cjs('module.exports = glob; function glob(pattern, options, cb) {}'),
    to: {
      files: {
        'index.js':
          "const i = __importDefault(require('./f')); module.exports = Object.assign(i.default, { sync: 1 });",
        'f.js': 'exports.default = Object.assign(g, {}); async function g(pattern, options) {}',
      },
    },
    code: "require('dep')('*', {}, done)",
    signs: ['arity'],
  },
];

beforeAll(loadParser);

describe('breakageSigns', () => {
  it.each(cases)('$name', ({ signs, ...input }) => {
    expect(signsOf(input).map(({ kind }) => kind)).toEqual(signs);
  });

  it('tells what is gone, and where it is used', () => {
    const code = "const { a, b } = require('dep');\na();\nb();";
    const [sign] = signsOf({
      from: cjs('exports.a = 1; exports.b = 2;'),
      to: cjs('exports.c = 2;'),
      code,
    });
    expect(sign?.message).toBe(
      'no longer exports a (src/app.js:2); no longer exports b (src/app.js:3)',
    );
  });

  it('weighs a require that Node can serve by what is used of it', () => {
    const weigh = (code: string, nodeFloor: string) =>
      signsOf({ from: cjs('exports.a = 1;'), to: esm('export const a = 1;'), code, nodeFloor })[0]
        ?.weight ?? 0;
    const [whole, member] = ["require('dep')()", "require('dep').a()"];
    expect(weigh(whole, '20.0.0')).toBeGreaterThan(weigh(whole, '22.12.0'));
    expect(weigh(whole, '22.12.0')).toBeGreaterThan(weigh(member, '22.12.0'));
    expect(weigh(member, '24.0.0')).toBeLessThan(1);
  });

  it('finds nothing in a version that differs in nothing', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'f');
    const statement = fc.oneof(
      name.map((n) => `exports.${n} = function (x) {};`),
      name.map((n) => `module.exports = function ${n}(x, y) {};`),
      name.map((n) => `module.exports = make({ ${n}: 1 });`),
    );
    const use = fc.oneof(
      name.map((n) => `require('dep').${n}(1, 2, 3);`),
      fc.constant("require('dep')(1, 2, 3);"),
      name.map((n) => `require('dep/${n}');`),
    );
    fc.assert(
      fc.property(fc.array(statement), fc.array(use), (published, used) => {
        const same = cjs(published.join('\n'));
        expect(signsOf({ from: same, to: same, code: used.join('\n') })).toEqual([]);
      }),
    );
  });

  it('survives a malformed package', () => {
    const broken: Published = { files: { 'package.json': '{', 'index.js': 'exports.a = ((' } };
    expect(signsOf({ from: broken, to: broken, code: "require('dep').a()" })).toEqual([]);
  });
});
