import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser, moduleFacts } from './module-facts.ts';

beforeAll(loadParser);

/** `specifier:kind` with `?` where it may not load, `type` where it does not. */
function importsOf(path: string, text: string): string[] {
  return moduleFacts(path, text).imports.map(
    ({ specifier, kind, certain, typeOnly }) =>
      `${specifier}:${kind}${certain ? '' : '?'}${typeOnly ? ' type' : ''}`,
  );
}

/** `kind specifier#name/arguments` with `=> x` where it is exported as `x`. */
function usesOf(path: string, text: string): string[] {
  return moduleFacts(path, text).uses.map(
    ({ kind, specifier, name, argumentCount, exportedAs }) =>
      `${kind} ${specifier}#${name}${argumentCount === undefined ? '' : `/${argumentCount}`}${exportedAs === undefined ? '' : ` => ${exportedAs}`}`,
  );
}

describe('imports', () => {
  it.each([
    [
      'a.mjs',
      "import a from 'x'; import 'y'; import * as n from 'z';",
      ['x:import', 'y:import', 'z:import'],
    ],
    ['a.js', "const a = require('x'), b = require(`y`);", ['x:require', 'y:require']],
    [
      'a.js',
      "require(dev ? 'x' : 'y'); require(a || 'z');",
      ['x:require', 'y:require', 'z:require'],
    ],
    ['a.js', "require.resolve('x'); module.require('y');", ['x:require-resolve?', 'y:require']],
    [
      'a.js',
      "require(require('path').join(__dirname, 'lib', 'a')); require(__dirname + '/b');",
      ['./lib/a:require', 'path:require', './b:require'],
    ],
    [
      'a.mjs',
      "import { createRequire } from 'node:module'; const r = createRequire(import.meta.url); r('x');",
      ['node:module:import', 'x:require'],
    ],
    [
      'a.mjs',
      "export * from 'x'; export { a as b } from 'y'; await import('z');",
      ['x:re-export', 'y:re-export', 'z:dynamic-import'],
    ],
    ['a.js', "(function (require) { require('x'); })(other);", ['x:require?']],
    ['a.js', 'const r = typeof require === "function" && require; r("x");', ['x:require']],
    [
      'a.js',
      "const { fork } = require('child_process'); fork('./w.js'); fork(path.join(__dirname, 'v.js'));",
      ['child_process:require', './w.js:dynamic-import?', './v.js:dynamic-import?'],
    ],
    [
      'a.ts',
      "import x = require('x'); x(); import type { T } from 'y'; export type { U } from 'z';",
      ['x:import-equals', 'y:import? type', 'z:re-export type'],
    ],
    [
      'a.ts',
      "import { T } from 'x'; import { v } from 'y'; let a: T = v;",
      ['x:import?', 'y:import'],
    ],
    ['a.tsx', "import { C } from 'x'; export default () => <C a={<b/>}>{1}</C>;", ['x:import']],
    ['a.js', "// require('x')\nconst s = \"require('y')\";", []],
    ['a.js', '#!/usr/bin/env node\nreturn require("x")', ['x:require']],
    [
      'a.js',
      '// @flow\nimport type { T } from "x"; const a: T = require("y");',
      ['x:import type', 'y:require'],
    ],
  ])('%s: %s', (path, text, expected) => {
    expect(importsOf(path, text)).toEqual(expected);
  });

  it('keeps names and places', () => {
    const [first] = moduleFacts('a.mjs', "\n  import d, { a as b } from 'x';").imports;
    expect(first).toMatchObject({
      line: 2,
      column: 3,
      code: "import d, { a as b } from 'x';",
      names: [
        { imported: 'default', local: 'd' },
        { imported: 'a', local: 'b' },
      ],
    });
  });
});

describe('uses', () => {
  it.each([
    ["const _ = require('x'); _.template(1, 2);", ['call x#template/2']],
    ["const { merge: m } = require('x'); m(a, ...b);", ['call x#merge']],
    ["const { a: { b = 1 } } = require('x'); b();", ['call x#a.b/0']],
    ["const t = require('x').y; const u = t; u();", ['call x#y/0']],
    ["let t; t = require('x'); t.y();", ['call x#y/0']],
    ["require('x')(1).then(f);", ['call x#/1']],
    ["(0, _x.default)(1); var _x = _interopRequireDefault(require('x'));", ['call x#/1']],
    ["const x_1 = tslib_1.__importStar(require('x')); x_1.y();", ['call x#y/0']],
    [
      "import d, * as n from 'x'; d.y(); n.z(); n.default();",
      ['call x#y/0', 'call x#z/0', 'call x#/0'],
    ],
    ["import('x').then(({ y }) => y());", ['call x#y/0']],
    ["(await import('x')).y();", ['call x#y/0']],
    ["const p = import('x'); const m = await p; m.y`t`;", ['call x#y']],
    [
      "const { P } = require('x'); class Q extends P {} new P(1).parse();",
      ['value x#P', 'new x#P/1', 'call x#P.parse/0'],
    ],
    ["const x = require('x'); foo(x); x[name]; x['y']();", ['value x#', 'value x#', 'call x#y/0']],
    [
      "const x = require('x'); module.exports = x; exports.z = x.y;",
      ['value x# => *', 'value x#y => z'],
    ],
    ["const x = require('x'); module.exports = { z: x.y };", ['value x#y => z']],
    ["export { a as b } from 'x'; export * from 'y';", ['value x#a => b', 'value y# => *']],
    [
      "import x from 'x'; export const y = x.z; export { x as w };",
      ['value x#z => y', 'value x# => w'],
    ],
    ["const x = require('x'); function f(x) { x.y(); } { let x; x.z(); }", []],
    ["const x = require('x'); if (x && typeof x === 'object') x; x.y = 1;", []],
    ["const x = require('x'); x?.y?.(1);", ['call x#y/1']],
    ["const x = require('x'); const { a, ...rest } = x; a();", ['call x#a/0', 'value x#']],
    ["let n = require('x'); while (n) n = n.next;", ['value x#next.next.next.next.next.next']],
  ])('%s', (text, expected) => {
    const uses = usesOf('a.js', text);
    expect(uses.toSorted()).toEqual(expected.toSorted());
  });

  it('ignores types', () => {
    expect(usesOf('a.ts', "import { A } from 'x'; let a: A<A>; (a as A); f<A>();")).toEqual([]);
  });
});

describe('exports', () => {
  it.each([
    [
      "exports.a = function (x, y) {}; module.exports.b = 1; exports['c'] = 1;",
      ['a/2', 'b', 'c'],
      false,
    ],
    ['module.exports = { a, b(x) {} };', ['a', 'b/1'], false],
    ['module.exports = make();', ['default'], true],
    [
      "Object.defineProperty(exports, '__esModule', {}); Object.defineProperty(exports, 'a', {});",
      ['a'],
      false,
    ],
    ['exports = module.exports = f; f.a = 1; function f() {}', ['default', 'a'], true],
    [
      'export const a = (x) => x, { b, c: [d] } = e; export function f(x) {} export class G {}',
      ['a/1', 'b', 'd', 'f/1', 'G'],
      false,
    ],
    ["export { a as b }; export * as n from 'x'; export * from 'y';", ['b', 'n'], true],
    ['export default function (a, b) {}', ['default/2'], false],
  ])('%s', (text, expected, open) => {
    const facts = moduleFacts('a.js', text);
    const names = facts.exports.map(({ name, parameters }) =>
      parameters === undefined ? name : `${name}/${parameters}`,
    );
    expect(names.toSorted()).toEqual(expected.toSorted());
    expect(facts.exportsOpen).toBe(open);
  });
});

describe('opaque spots', () => {
  it.each([
    ['require(x)', 'computed-import', '', true],
    ["require('./l/' + x)", 'computed-import', './l/', true],
    ['import(`p-${x}`)', 'computed-import', 'p-', true],
    ['require(path.join(__dirname, "a", x))', 'computed-import', './a/', true],
    ['require(path.join(__dirname, "..", x))', 'computed-import', '../', true],
    ['f(require)', 'computed-import', '', true],
    ['require[x](y)', 'computed-import', '', true],
    ['eval(x)', 'generated-code', '', true],
    ['new Function("a", x)', 'generated-code', '', false],
    ['new Function("return import(" + x + ")")', 'generated-code', '', true],
    ["require('vm').runInThisContext(x)", 'generated-code', '', false],
    ["require('child_process').spawn(process.execPath, [x])", 'computed-import', '', true],
    ['const = 1', 'unparsed', '', true],
  ])('%s: %s', (text, kind, prefix, mayLoad) => {
    expect(moduleFacts('a.js', text).opaque).toMatchObject([{ kind, prefix, mayLoad }]);
  });

  it.each([
    ['Function("return this")()'],
    ['typeof require === "function"'],
    ['require.cache; require.extensions; require.main === module'],
    ['eval("1 + 1")'],
    ['require(`${x}/package.json`); require(x + "/a.json"); require(path.join(x, "package.json"))'],
    ['const require = 1; f(require)'],
  ])('nothing in %s', (text) => {
    expect(moduleFacts('a.js', text).opaque).toEqual([]);
  });
});

describe('single-file components', () => {
  it.each([
    [
      'a.vue',
      '<template><p>{{ 1 }}</p></template>\n<script setup lang="ts">\nimport v from \'x\'\nconst a: number = v()\n</script>',
      3,
    ],
    ['a.svelte', "<script>import v from 'x'; v()</script>\n<p>'</p>", 1],
    ['a.astro', "---\nimport v from 'x'; v()\n---\n<p/>", 2],
  ])('%s', (path, text, line) => {
    expect(moduleFacts(path, text)).toMatchObject({
      imports: [{ specifier: 'x', line }],
      opaque: [],
    });
  });
});
