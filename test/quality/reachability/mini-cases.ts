import type { Files, Question } from './mini-project.ts';

/** `vuln` has two functions; `middle` loads it in one of two files; `tool` loads by name. */
export const PACKAGES: Files = {
  'node_modules/vuln/package.json': '{"name":"vuln","version":"1.0.0"}',
  'node_modules/vuln/index.js': 'exports.bad = function (a) {}; exports.good = function () {};',
  'node_modules/middle/package.json':
    '{"name":"middle","dependencies":{"vuln":"1"},"bin":"cli.js"}',
  'node_modules/middle/index.js': "exports.run = () => require('./lib/run')();",
  'node_modules/middle/lib/run.js':
    "const { bad } = require('vuln');\nmodule.exports = () => bad(1);",
  'node_modules/middle/safe.js': 'module.exports = 1;',
  'node_modules/middle/cli.js': "require('vuln').bad();",
};
const DIRECT = '{"dependencies":{"vuln":"1"}}';
const THROUGH = '{"dependencies":{"middle":"1"}}';

interface Case {
  readonly name: string;
  readonly files: Files;
  readonly ask?: Partial<Question>;
  readonly status: 'reachable' | 'not-reachable' | 'unknown';
  /** Part of the reason. */
  readonly because: string;
  readonly sites?: readonly string[];
}

export const bad = { symbols: ['bad'] };
const direct = (code: string, more: Files = {}): Files => ({
  ...PACKAGES,
  'package.json': DIRECT,
  'src/a.js': code,
  ...more,
});
const through = (code: string, more: Files = {}): Files => ({
  ...PACKAGES,
  'package.json': THROUGH,
  'src/a.js': code,
  ...more,
});

export const CASES: readonly Case[] = [
  // Loading counts where the advisory names no symbol.
  {
    name: 'require',
    files: direct("\nconst v = require('vuln');"),
    status: 'reachable',
    because: 'vuln is loaded by src/a.js:2',
    sites: ['src/a.js:2:11'],
  },
  {
    name: 'import',
    files: direct("import { good } from 'vuln'; good();"),
    status: 'reachable',
    because: 'src/a.js:1',
  },
  {
    name: 'import()',
    files: direct("import('vuln');"),
    status: 'reachable',
    because: 'src/a.js:1',
  },
  {
    name: 're-export',
    files: direct("export * from 'vuln';"),
    status: 'reachable',
    because: 'src/a.js:1',
  },
  {
    name: 'through a dependency',
    files: through("require('middle').run();"),
    status: 'reachable',
    because: 'middle → vuln is loaded by src/a.js:1',
    sites: ['middle/lib/run.js:1:17'],
  },
  {
    name: 'only a file that does not load it',
    files: through("require('middle/safe');"),
    status: 'not-reachable',
    because: '1 file and 1 of dependencies',
  },
  {
    name: 'nothing loads it',
    files: direct('console.log(1);'),
    status: 'not-reachable',
    because: 'No file loads vuln: 1 file',
  },
  {
    name: 'a lockfile without any source beside it',
    files: { ...PACKAGES, 'package.json': DIRECT },
    status: 'unknown',
    because: 'There is no source code',
  },
  {
    name: 'type-only import',
    files: direct('', { 'src/b.ts': "import type { X } from 'vuln'; let x: X;" }),
    status: 'not-reachable',
    because: '2 files',
  },
  {
    name: 'import a compiler may drop',
    files: direct('', { 'src/b.ts': "import { X } from 'vuln'; let x: X;" }),
    status: 'unknown',
    because: 'src/b.ts:1 may load vuln',
  },
  {
    name: 'only a test loads it',
    files: direct('', { 'test/a.test.js': "require('vuln')" }),
    status: 'reachable',
    because: 'Only tests and development tooling',
  },
  {
    name: "a package under the name of Node's own",
    files: {
      'package.json': '{"dependencies":{"punycode":"1"}}',
      'node_modules/punycode/package.json': '{"name":"punycode"}',
      'node_modules/punycode/index.js': '',
      'src/a.js': "require('punycode');",
    },
    ask: { package: 'punycode' },
    status: 'unknown',
    because: 'may load punycode',
  },
  {
    name: "a package under the name of Node's own, meant",
    files: {
      'package.json': '{"dependencies":{"punycode":"1"}}',
      'node_modules/punycode/package.json': '{"name":"punycode"}',
      'node_modules/punycode/index.js': '',
      'src/a.js': "require('punycode/');",
    },
    ask: { package: 'punycode' },
    status: 'reachable',
    because: 'src/a.js:1',
  },
  {
    name: 'a tools folder that the application loads',
    files: direct("require('../tools/x');", { 'tools/x.js': "require('vuln')" }),
    status: 'reachable',
    because: 'vuln is loaded by tools/x.js:1',
  },
  {
    name: 'a tools folder that only people run',
    files: direct('', { 'tools/x.js': "require('vuln')" }),
    status: 'reachable',
    because: 'Only tests and development tooling reach it: vuln is loaded by tools/x.js:1',
  },
  {
    name: 'a folder of the source that is called tools',
    files: direct('', { 'packages/a/src/tools/x.js': "require('vuln')" }),
    status: 'reachable',
    because: 'vuln is loaded by packages/a/src/tools/x.js:1',
  },
  {
    name: 'a Vue component loads it',
    files: direct('', { 'src/A.vue': "<template/>\n<script>\nimport v from 'vuln'\n</script>" }),
    status: 'reachable',
    because: 'src/A.vue:3',
  },
  {
    name: 'a workspace loads it',
    files: {
      ...PACKAGES,
      'package.json': '{}',
      'packages/x/package.json': DIRECT,
      'packages/x/i.js': "require('vuln')",
    },
    status: 'reachable',
    because: 'packages/x/i.js:1',
  },
  // Symbols.
  {
    name: 'called',
    files: direct("const v = require('vuln');\nv.bad(1);"),
    ask: bad,
    status: 'reachable',
    because: 'src/a.js:2 calls vuln.bad',
    sites: ['src/a.js:2:1'],
  },
  {
    name: 'called under another name',
    files: direct("import { bad as b } from 'vuln';\nconst c = b; c();"),
    ask: bad,
    status: 'reachable',
    because: 'src/a.js:2',
  },
  {
    name: 'called through await import',
    files: direct("const v = await import('vuln');\nv.default.bad();"),
    ask: bad,
    status: 'reachable',
    because: 'src/a.js:2',
  },
  {
    name: 'handed on',
    files: direct("map(require('vuln').bad);"),
    ask: bad,
    status: 'reachable',
    because: 'hands on vuln.bad',
  },
  {
    name: 'another function called',
    files: direct("require('vuln').good();"),
    ask: bad,
    status: 'not-reachable',
    because: 'nothing that is loaded uses bad',
  },
  {
    name: 'shadowed',
    files: direct("const v = require('vuln'); function f(v) { v.bad(); }"),
    ask: bad,
    status: 'not-reachable',
    because: 'nothing',
  },
  {
    name: 'called by a dependency',
    files: through("require('middle').run();"),
    ask: bad,
    status: 'reachable',
    because: 'middle/lib/run.js:2 calls vuln.bad; middle is loaded by src/a.js:1',
    sites: ['middle/lib/run.js:2:24'],
  },
  {
    name: 'through a module that exports the package',
    files: direct("require('./v').bad();", { 'src/v.js': "module.exports = require('vuln');" }),
    ask: bad,
    status: 'reachable',
    because: 'src/a.js:1 calls vuln.bad',
  },
  {
    name: 'exported, nobody seen to use it',
    files: direct('', { 'src/v.js': "module.exports = require('vuln');" }),
    ask: bad,
    status: 'unknown',
    because: 'exports vuln',
  },
  {
    name: 'handed on as a whole',
    files: direct("foo(require('vuln'));"),
    ask: bad,
    status: 'unknown',
    because: 'hands vuln on',
  },
  {
    name: 'computed member',
    files: direct("require('vuln')[name]();"),
    ask: bad,
    status: 'unknown',
    because: 'cannot be told',
  },
  {
    name: 'called by the package itself',
    files: direct("require('vuln').good();", {
      'node_modules/vuln/index.js':
        'function bad() {}\nexports.good = () => bad();\nexports.bad = bad;',
    }),
    ask: bad,
    status: 'unknown',
    because: 'vuln/index.js calls bad',
  },
  {
    name: 'its own file',
    files: direct("require('vuln/bad')(1);", {
      'node_modules/vuln/bad.js': 'module.exports = () => {}',
    }),
    ask: bad,
    status: 'reachable',
    because: 'src/a.js:1',
  },
  {
    name: 'another file of the package',
    files: direct("require('vuln/good')(1);", {
      'node_modules/vuln/good.js': 'module.exports = () => {}',
    }),
    ask: bad,
    status: 'not-reachable',
    because: 'nothing',
  },
  {
    name: 'constructed',
    files: direct("import { Parser } from 'vuln';\nconst p = new Parser(); p.parse();"),
    ask: { symbols: ['Parser.parse'] },
    status: 'reachable',
    because: 'src/a.js:2 calls vuln.Parser.parse',
  },
  // Each reason to say that it cannot be told.
  {
    name: 'computed require in own code',
    files: direct('require(process.env.PLUGIN);'),
    status: 'unknown',
    because: 'src/a.js:1 loads a module by a computed name',
  },
  {
    name: 'computed require in own code, symbol',
    files: direct("require('vuln').good(); require(x);"),
    ask: bad,
    status: 'unknown',
    because: 'computed name',
  },
  {
    name: 'computed require in a dependency',
    files: through("require('middle/any');", {
      'node_modules/middle/any.js': 'module.exports = (x) => require(x);',
    }),
    status: 'unknown',
    because: 'middle/any.js:1 loads a module by a computed name',
  },
  {
    name: 'computed require inside one folder',
    files: through("require('middle/any');", {
      'node_modules/middle/any.js': "module.exports = (x) => require('./safe' + x);",
    }),
    status: 'not-reachable',
    because: 'of dependencies',
  },
  {
    name: 'computed require that may load the file',
    files: through("require('middle/any');", {
      'node_modules/middle/any.js': "module.exports = (x) => require('./lib/' + x);",
    }),
    status: 'unknown',
    because: 'may load middle → vuln',
  },
  {
    name: 'require handed on',
    files: through("require('middle/any');", { 'node_modules/middle/any.js': 'boot(require);' }),
    status: 'unknown',
    because: 'hands require on',
  },
  {
    name: 'eval',
    files: through("require('middle/any');", { 'node_modules/middle/any.js': 'eval(code);' }),
    status: 'unknown',
    because: 'code made from strings',
  },
  {
    name: 'own file that cannot be parsed',
    files: direct('', { 'src/broken.js': 'const = ;' }),
    status: 'unknown',
    because: 'src/broken.js:1 could not be parsed',
  },
  {
    name: 'dependency that cannot be parsed',
    files: through("require('middle/any');", { 'node_modules/middle/any.js': 'let let = {' }),
    status: 'unknown',
    because: 'could not be parsed',
  },
  {
    name: 'dependency not installed',
    files: through("require('middle');"),
    ask: { installed: false },
    status: 'unknown',
    because: 'middle@1.0.0 is not installed here',
  },
  {
    name: 'budget spent',
    files: through("require('middle');"),
    ask: { budget: { modules: 1, characters: 1e6 } },
    status: 'unknown',
    because: 'too large',
  },
  {
    name: 'named in configuration',
    files: through('', { '.mocharc.yml': 'require: middle' }),
    status: 'unknown',
    because: '.mocharc.yml:1 may load',
  },
  {
    name: 'named in package.json',
    files: through('', {
      'package.json': '{"dependencies":{"middle":"1"},"jest":{"preset":"middle"}}',
    }),
    status: 'unknown',
    because: 'package.json:1 may load',
  },
  {
    name: 'named in a string',
    files: through("use('middle');"),
    status: 'unknown',
    because: 'src/a.js:1 may load',
  },
  {
    name: 'plugin by convention',
    files: {
      'package.json': '{"devDependencies":{"eslint-plugin-x":"1"}}',
      'node_modules/eslint-plugin-x/package.json': '{"name":"eslint-plugin-x"}',
      'node_modules/eslint-plugin-x/index.js': '',
    },
    ask: { package: 'eslint-plugin-x' },
    status: 'unknown',
    because: 'may load',
  },
  {
    name: 'template engine by extension',
    files: {
      'package.json': '{"dependencies":{"ejs":"1"}}',
      'node_modules/ejs/package.json': '{"name":"ejs"}',
      'node_modules/ejs/index.js': '',
      'views/a.ejs': '',
    },
    ask: { package: 'ejs' },
    status: 'unknown',
    because: 'views/a.ejs:1 may load',
  },
  {
    name: 'own file that is not there',
    files: direct("require('./generated/client');"),
    status: 'unknown',
    because: 'not in the project',
  },
  {
    name: 'entry point not found',
    files: through("require('middle/gone');"),
    status: 'unknown',
    because: '"gone" was not found',
  },
  // Scripts.
  {
    name: 'command in a script',
    files: through('', {
      'package.json': '{"dependencies":{"middle":"1"},"scripts":{"build":"middle --all"}}',
    }),
    status: 'reachable',
    because: 'Only tests and development tooling',
  },
  {
    name: 'command in the start script',
    files: through('', {
      'package.json': '{"dependencies":{"middle":"1"},"scripts":{"start":"middle"}}',
    }),
    status: 'reachable',
    because: 'middle → vuln is loaded by package.json:1',
  },
  {
    name: 'preloaded',
    files: direct('', {
      'package.json': '{"dependencies":{"vuln":"1"},"scripts":{"start":"node -r vuln x.js"}}',
    }),
    status: 'reachable',
    because: 'vuln is loaded by package.json:1',
  },
  // Without node_modules.
  {
    name: 'direct, not installed',
    files: direct("require('vuln');"),
    ask: { installed: false },
    status: 'reachable',
    because: 'src/a.js:1',
  },
  {
    name: 'direct symbol, not installed: good may call bad',
    files: direct("require('vuln').good();"),
    ask: { installed: false, ...bad },
    status: 'unknown',
    because: 'is not installed here',
  },
  {
    name: 'transitive, chain not loaded, not installed',
    files: through(''),
    ask: { installed: false },
    status: 'not-reachable',
    because: 'No file',
  },
  // Several instances.
  {
    name: 'the other version is loaded',
    files: direct("require('vuln');", {
      'package.json': '{"dependencies":{"vuln":"1","middle":"1"}}',
      'node_modules/middle/node_modules/vuln/package.json': '{"name":"vuln","version":"0.1.0"}',
      'node_modules/middle/node_modules/vuln/index.js': '',
    }),
    ask: { version: '0.1.0' },
    status: 'not-reachable',
    because: 'No file',
  },
  // Hostile input.
  {
    name: 'nests too deep',
    files: direct('', { 'src/deep.js': '['.repeat(100_000) }),
    status: 'unknown',
    because: 'nests too deeply',
  },
  {
    name: 'binary junk',
    files: direct('', { 'src/junk.js': '\u0000\u0001\ufffd{{{' }),
    status: 'unknown',
    because: 'could not be parsed',
  },
  {
    name: 'import cycle',
    files: through("require('middle/c1');", {
      'node_modules/middle/c1.js': "require('./c2')",
      'node_modules/middle/c2.js': "require('./c1')",
    }),
    status: 'not-reachable',
    because: 'No file',
  },
  {
    name: 'manifest that is no object',
    files: through("require('middle');", {
      'node_modules/middle/package.json':
        '{"name":"middle","dependencies":{"vuln":"1"},"main":{"a":1},"exports":{".":{"node":[null,{"x":1}]}}}',
    }),
    status: 'unknown',
    because: 'was not found',
  },
];
