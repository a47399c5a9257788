/** Packages that are really installed for the labelled set: small, old, well known. */
export const INSTALLED: Readonly<Record<string, string>> = {
  async: '2.6.0',
  ejs: '3.1.5',
  express: '4.17.1',
  handlebars: '4.5.0',
  'js-yaml': '3.13.0',
  jsonwebtoken: '8.5.1',
  lodash: '4.17.15',
  marked: '0.7.0',
  mkdirp: '0.5.1',
  'node-fetch': '2.6.0',
  ws: '7.4.0',
};

export interface RealCase {
  readonly name: string;
  /** Own code; `src/app.js` (or `.mjs`) is what is run. */
  readonly files: Readonly<Record<string, string>>;
  /** `package` or `package#function`: each is one labelled question. */
  readonly questions: readonly string[];
  /** Questions that nobody can decide by reading: the honest answer is `unknown`. */
  readonly undecidable?: readonly string[];
}

/** Starts an Express app, asks it once, and ends. */
const SERVE = (body: string) =>
  `const express = require('express');\nconst app = express();\n${body}\nconst server = app.listen(0, async () => {\n  await fetch(\`http://127.0.0.1:\${server.address().port}/?a[b]=1\`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' });\n  server.close();\n  server.closeAllConnections();\n});\n`;

export const REAL_CASES: readonly RealCase[] = [
  {
    name: 'an Express server that uses two functions of lodash',
    files: {
      'src/app.js': SERVE(
        "const _ = require('lodash');\nconst render = require('./render');\napp.use(express.json());\napp.use((req, res) => { res.send(render(_.merge({}, req.body))); });",
      ),
      'src/render.js':
        "const { template } = require('lodash');\nconst page = template('<b><%= a %></b>');\nmodule.exports = (data) => page(data);\n",
    },
    questions: [
      'qs',
      'path-to-regexp',
      'body-parser',
      'cookie',
      'lodash',
      'lodash#template',
      'lodash#merge',
      'lodash#defaultsDeep',
      'lodash#zipObjectDeep',
      'minimist',
      'handlebars',
      'marked',
      'ws',
      'node-fetch',
      'jws',
    ],
  },
  {
    name: 'tokens are signed and checked',
    files: {
      'src/app.js':
        "const jwt = require('jsonwebtoken');\nconst token = jwt.sign({ a: 1 }, 'secret');\njwt.verify(token, 'secret');\n",
    },
    questions: [
      'jsonwebtoken',
      'jsonwebtoken#verify',
      'jsonwebtoken#sign',
      'jws',
      'jwa',
      'semver',
      'lodash',
      'express',
    ],
  },
  {
    name: 'one function of async by its own file',
    files: { 'src/app.js': "require('async/series')([(done) => done()], () => {});\n" },
    questions: ['async', 'async#series', 'async#queue', 'lodash', 'lodash#template'],
  },
  {
    name: 'the whole of async',
    files: {
      'src/app.js':
        "const async = require('async');\nasync.map([1], (n, done) => done(null, n), () => {});\n",
    },
    questions: ['async#map', 'async#auto', 'lodash', 'lodash#template'],
  },
  {
    name: 'lodash by single files',
    files: {
      'src/app.mjs':
        "import get from 'lodash/get.js';\nimport set from 'lodash/set.js';\nset({}, 'a', get({ a: 1 }, 'a'));\n",
    },
    questions: ['lodash', 'lodash#template', 'lodash#merge', 'lodash#set', 'lodash#get'],
  },
  {
    name: 'renamed, aliased, handed on',
    files: {
      'src/app.mjs':
        "import * as all from 'lodash';\nconst { defaultsDeep: deep } = all.default;\nconst { merge } = all.default;\nconst again = merge;\nagain({}, {});\n[{}].map((one) => deep(one, {}));\n",
    },
    questions: ['lodash#merge', 'lodash#defaultsDeep', 'lodash#template', 'lodash#zipObjectDeep'],
  },
  {
    name: 'through a module of its own',
    files: {
      'src/app.js':
        "const { _ } = require('./vendor');\nconst tools = require('./tools');\ntools.template('a')();\n_.noop();\n",
      'src/vendor.js': "module.exports = { _: require('lodash') };\n",
      'src/tools.js': "module.exports = require('lodash');\n",
    },
    questions: ['lodash#template', 'lodash'],
  },
  {
    name: 'templates by Handlebars, text by marked',
    files: {
      'src/app.js':
        "const Handlebars = require('handlebars');\nconst marked = require('marked');\nHandlebars.compile('{{a}}')({ a: 1 });\nmarked('# a');\n",
    },
    questions: [
      'handlebars',
      'handlebars#compile',
      'handlebars#precompile',
      'marked',
      'neo-async',
      'ejs',
    ],
  },
  {
    name: 'YAML is read the safe way',
    files: { 'src/app.js': "const yaml = require('js-yaml');\nyaml.safeLoad('a: 1');\n" },
    questions: ['js-yaml', 'js-yaml#safeLoad', 'js-yaml#safeDump', 'esprima', 'argparse'],
  },
  {
    name: 'import() when it is needed',
    files: {
      'src/app.mjs':
        "const { default: marked } = await import('marked');\nmarked('a');\nif (marked === 1) await import('node-fetch');\n",
    },
    questions: ['marked', 'ws', 'ejs'],
  },
  {
    name: 'a WebSocket server that is not started',
    files: { 'src/app.js': "const { Server } = require('ws');\nmodule.exports = { Server };\n" },
    questions: ['ws', 'express', 'qs'],
  },
  {
    name: 'mkdirp as a library, its command not',
    files: { 'src/app.js': "const mkdirp = require('mkdirp');\nmodule.exports = mkdirp;\n" },
    questions: ['mkdirp', 'minimist'],
  },
  {
    name: 'types and comments only',
    files: {
      'src/app.mjs':
        "// import 'lodash'\n/** @type {import('express').Express} */\nconst app = null;\nexport { app };\n",
    },
    questions: ['lodash', 'qs', 'ws', 'marked'],
  },
  {
    name: 'a view engine that Express finds by name',
    files: {
      'src/app.js': SERVE(
        "app.set('view engine', 'ejs');\napp.set('views', __dirname);\napp.use((req, res) => { res.render('page', { a: 1 }); });",
      ),
      'src/page.ejs': '<b><%= a %></b>\n',
    },
    questions: ['ejs', 'marked'],
    undecidable: ['ejs'],
  },
  {
    name: 'a plugin from the environment',
    files: { 'src/app.js': "require(process.env.PLUGIN || ['mar', 'ked'].join(''));\n" },
    questions: ['marked', 'ws', 'lodash'],
    undecidable: ['marked', 'ws', 'lodash'],
  },
  {
    name: 'require handed to a loader',
    files: {
      'src/app.js': "require('./load')(require, 'js-' + 'yaml');\n",
      'src/load.js': 'module.exports = (load, name) => load(name);\n',
    },
    questions: ['js-yaml', 'ejs'],
    undecidable: ['js-yaml', 'ejs'],
  },
  {
    name: 'a member that is computed',
    files: { 'src/app.js': "const _ = require('lodash');\n_[['temp', 'late'].join('')]('a')();\n" },
    questions: ['lodash#template', 'lodash'],
    undecidable: ['lodash#template'],
  },
];
