/** A real version bump, a way to use the package that works on the first version, and what happens. */
export interface Pair {
  readonly package: string;
  readonly from: string;
  readonly to: string;
  readonly code: string;
  /** `type` of the project's manifest. */
  readonly type?: 'module';
  /** Why the code breaks on the second version, from the package's change log; absent: it does not. */
  readonly breaks?: string;
}

export const pairs: readonly Pair[] = [
  {
    package: 'chalk',
    from: '4.1.2',
    to: '5.3.0',
    code: "require('chalk').red('x')",
    breaks: 'ES module only',
  },
  {
    package: 'chalk',
    from: '4.1.2',
    to: '5.3.0',
    code: "import chalk from 'chalk'; chalk.red('x')",
    type: 'module',
  },
  {
    package: 'node-fetch',
    from: '2.6.7',
    to: '3.3.2',
    code: "const fetch = require('node-fetch'); fetch('http://x')",
    breaks: 'ES module only',
  },
  {
    package: 'node-fetch',
    from: '2.6.7',
    to: '3.3.2',
    code: "import fetch, { Headers } from 'node-fetch'; fetch('http://x', new Headers())",
    type: 'module',
  },
  {
    package: 'got',
    from: '11.8.6',
    to: '12.6.1',
    code: "const got = require('got'); got.get('http://x')",
    breaks: 'ES module only',
  },
  {
    package: 'got',
    from: '11.8.6',
    to: '12.6.1',
    code: "import got from 'got'; got.get('http://x')",
    type: 'module',
  },
  {
    package: 'strip-ansi',
    from: '6.0.1',
    to: '7.1.0',
    code: "require('strip-ansi')('x')",
    breaks: 'ES module only',
  },
  {
    package: 'p-limit',
    from: '3.1.0',
    to: '4.0.0',
    code: "const limit = require('p-limit'); limit(2)",
    breaks: 'ES module only',
  },
  {
    package: 'nanoid',
    from: '3.3.7',
    to: '4.0.2',
    code: "const { nanoid } = require('nanoid'); nanoid()",
    breaks: 'ES module only',
  },
  {
    package: 'uuid',
    from: '3.4.0',
    to: '8.3.2',
    code: "const v4 = require('uuid/v4'); v4()",
    breaks: 'deep requires are closed since 7',
  },
  {
    package: 'uuid',
    from: '3.4.0',
    to: '8.3.2',
    code: "const uuid = require('uuid'); uuid()",
    breaks: 'no default export since 7',
  },
  {
    package: 'uuid',
    from: '3.4.0',
    to: '8.3.2',
    code: "const { v4, v1 } = require('uuid'); v4(); v1()",
  },
  {
    package: 'marked',
    from: '0.3.19',
    to: '4.3.0',
    code: "const marked = require('marked'); marked('# x')",
    breaks: 'named exports only since 4',
  },
  {
    package: 'marked',
    from: '0.3.19',
    to: '4.3.0',
    code: "const marked = require('marked'); marked.setOptions({}); marked.parse('# x')",
  },
  {
    package: 'glob',
    from: '7.2.3',
    to: '9.3.5',
    code: "const glob = require('glob'); glob('*', {}, (error, files) => files)",
    breaks: 'promises instead of callbacks since 9',
  },
  {
    package: 'glob',
    from: '7.2.3',
    to: '9.3.5',
    code: "const glob = require('glob'); glob.sync('*')",
  },
  {
    package: 'mkdirp',
    from: '0.5.6',
    to: '1.0.4',
    code: "const mkdirp = require('mkdirp'); mkdirp('x', (error) => error)",
    breaks: 'promises instead of callbacks since 1',
  },
  {
    package: 'mkdirp',
    from: '0.5.6',
    to: '1.0.4',
    code: "const mkdirp = require('mkdirp'); mkdirp.sync('x')",
  },
  {
    package: 'path-to-regexp',
    from: '6.3.0',
    to: '8.2.0',
    code: "const { tokensToFunction, parse } = require('path-to-regexp'); tokensToFunction(parse('/x'))",
    breaks: 'tokensToFunction is gone in 7',
  },
  {
    package: 'path-to-regexp',
    from: '6.3.0',
    to: '8.2.0',
    code: "const { match } = require('path-to-regexp'); match('/x')('/x')",
  },
  {
    package: 'lodash',
    from: '4.17.15',
    to: '4.17.21',
    code: "const _ = require('lodash'); _.merge({}, {}); _.template('x'); _.chain([]).map(f)",
  },
  {
    package: 'lodash',
    from: '4.17.15',
    to: '4.17.21',
    code: "const get = require('lodash/get'); get({}, 'a', 1)",
  },
  {
    package: 'lodash',
    from: '3.10.1',
    to: '4.17.21',
    code: "const _ = require('lodash'); _.padLeft('a', 3); _.pluck([], 'x')",
    breaks: 'padLeft and pluck are gone in 4',
  },
  {
    package: 'lodash',
    from: '3.10.1',
    to: '4.17.21',
    code: "const _ = require('lodash'); _.map([], f); _.assign({}, {})",
  },
  {
    package: 'express',
    from: '4.17.1',
    to: '4.18.2',
    code: "const express = require('express'); const app = express(); app.use(express.json()); express.Router()",
  },
  {
    package: 'express',
    from: '4.17.1',
    to: '4.22.3',
    code: "const express = require('express'); express().use(express.static('x'), express.urlencoded({}))",
  },
  {
    package: 'ejs',
    from: '2.7.4',
    to: '3.1.10',
    code: "const ejs = require('ejs'); ejs.renderFile('x', {}, done); ejs.render('x', {})",
  },
  {
    package: 'jsonwebtoken',
    from: '8.5.1',
    to: '9.0.0',
    code: "const jwt = require('jsonwebtoken'); jwt.verify('x', 'k', {}, done); jwt.sign({}, 'k')",
  },
  {
    package: 'multer',
    from: '1.4.2',
    to: '2.4.0',
    code: "const multer = require('multer'); multer({ storage: multer.memoryStorage() }).single('x')",
  },
  {
    package: 'systeminformation',
    from: '4.34.9',
    to: '5.31.0',
    code: "const si = require('systeminformation'); si.services('x', done); si.mem()",
  },
  {
    package: 'semver',
    from: '5.7.2',
    to: '7.6.3',
    code: "const semver = require('semver'); semver.satisfies('1.0.0', '*'); new semver.SemVer('1.0.0')",
  },
  {
    package: 'debug',
    from: '2.6.9',
    to: '4.3.7',
    code: "const debug = require('debug')('x'); debug('y')",
  },
  {
    package: 'axios',
    from: '0.21.4',
    to: '1.7.9',
    code: "const axios = require('axios'); axios.get('http://x'); axios.create({})",
  },
  {
    package: 'minimist',
    from: '1.2.5',
    to: '1.2.8',
    code: "const parse = require('minimist'); parse([], {})",
  },
];
