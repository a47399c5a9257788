import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dependency, installed, judged, runBench, unavailable, write } from './verify-bench.ts';

/** One real runner each, with a script as projects write them. */
const runners = [
  {
    runner: 'node:test',
    script: 'node -e 0 && node --test test/*.test.js',
    tests: `const { describe, it } = require('node:test');
      describe('sums', () => { it('adds', () => assert.equal(add(1, 2), 3)); it('is there', () => assert(add)); });`,
    names: ['test/a.test.js › sums › adds', 'test/a.test.js › sums › is there'],
  },
  {
    runner: 'mocha',
    script: 'node -e 0 && nyc --silent mocha test/*.test.js',
    tests: `describe('sums', () => { it('adds', () => assert.equal(add(1, 2), 3)); it('is there', () => assert(add)); });`,
    names: ['test/a.test.js › sums › adds', 'test/a.test.js › sums › is there'],
  },
  {
    runner: 'jest',
    // A script that sets NODE_OPTIONS takes ours away.
    script: 'NODE_OPTIONS=--max-old-space-size=900 jest --rootDir test && node -e 0',
    tests: `describe('sums', () => { it('adds', () => expect(add(1, 2)).toBe(3)); it('is there', () => assert(add)); });`,
    names: ['test/a.test.js › sums › adds', 'test/a.test.js › sums › is there'],
  },
  {
    runner: 'vitest',
    script: 'vitest --root test --globals',
    tests: `describe('sums', () => { it('adds', () => expect(add(1, 2)).toBe(3)); it('is there', () => assert(add)); });`,
    names: ['test/a.test.js › sums › adds', 'test/a.test.js › sums › is there'],
  },
  {
    runner: 'ava',
    script: 'ava test/*.test.js',
    tests: `const test = require('ava');
      test('adds', (t) => t.is(add(1, 2), 3)); test('is there', (t) => t.truthy(add));`,
    names: ['adds', 'is there'],
  },
  {
    runner: 'tap',
    script: 'tap --no-coverage test/*.test.js',
    tests: `const t = require('tap');
      t.test('adds', (t) => { t.equal(add(1, 2), 3); t.end(); }); t.test('is there', (t) => { t.ok(add); t.end(); });`,
    names: ['test/a.test.js › adds', 'test/a.test.js › is there'],
  },
  {
    runner: 'tape',
    script: 'tape test/*.test.js',
    tests: `const test = require('tape');
      test('adds', (t) => { t.equal(add(1, 2), 3); t.end(); }); test('is there', (t) => { t.ok(add); t.end(); });`,
    names: ['adds', 'is there'],
  },
];

const bench =
  unavailable === undefined
    ? await installed({
        ava: '^6.4.0',
        jest: '^29.7.0',
        mocha: '^10.8.0',
        nyc: '^17.1.0',
        tap: '^16.3.0',
        tape: '^5.9.0',
        vitest: '^3.2.0',
      })
    : { skip: `bubblewrap: ${unavailable}` };
const folder = 'folder' in bench ? bench.folder : '';
const reason = 'skip' in bench ? ` (skipped: ${bench.skip})` : '';

afterAll(async () => {
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

describe.skipIf('skip' in bench)(`real test runners${reason}`, () => {
  it.each(runners)(
    '$runner: names each test, measures reach, sees a regression',
    async (example) => {
      const { runner, script, tests, names } = example;
      const imports = `const { add } = require('adder'); const assert = require('node:assert');\n`;
      await rm(join(folder, 'test'), { recursive: true, force: true });
      await write(folder, {
        'package.json': JSON.stringify({ name: 'bench', scripts: { test: script } }),
        'test/a.test.js': imports + tests,
        ...dependency('1.0.0'),
      });
      const before = await runBench(folder);
      expect(before).toMatchObject({ runner });
      expect(before.tests).toEqual(Object.fromEntries(names.map((name) => [name, 'passed'])));
      expect(before.commands.map(({ step, exitCode }) => [step, exitCode])).toEqual([['test', 0]]);

      await write(folder, dependency('1.0.1', 'return b + a;'));
      const good = judged([before, before], await runBench(folder, { coverage: true }));
      expect(good).toMatchObject({ verdict: 'proven', regressions: [], gaps: [] });
      expect(good.testsReachChange.packages).toEqual([
        { name: 'adder', version: '1.0.1', loaded: true, functionsRun: 1, functionsSeen: 2 },
      ]);

      await write(folder, dependency('1.0.1', 'return `${a}${b}`;'));
      const bad = judged([before, before], await runBench(folder));
      expect(bad.verdict).toBe('failed');
      expect(bad.regressions.map(({ kind, name }) => [kind, name])).toEqual([['test', names[0]]]);
    },
  );
});
