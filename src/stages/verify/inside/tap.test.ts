import { expect, it } from 'vitest';
import { parseTap } from './tap.ts';

it.each([
  [
    'plain points',
    'TAP version 13\n1..2\nok 1 - first\nnot ok 2 - second\n',
    { first: 'passed', second: 'failed' },
  ],
  ['points without names', 'ok\nnot ok 2', { '#?': 'passed', '#2': 'failed' }],
  [
    'skip and todo',
    'ok 1 - a # SKIP no network\nnot ok 2 - b # TODO later',
    { a: 'skipped', b: 'skipped' },
  ],
  ['timings are no part of a name', 'ok 1 - a # time=5.2ms', { a: 'passed' }],
  [
    'tape: assertions fold into their title',
    '# parses\nok 1 should be equal\nnot ok 2 should be equal\n# prints\nok 3 x\n\n1..3\n# tests 3\n# pass  2\n# fail  1',
    { parses: 'failed', prints: 'passed' },
  ],
  ['tape: a skipped test', '# SKIP later\n# now\nok 1 x', { later: 'skipped', now: 'passed' }],
  [
    'AVA: a title before each point',
    '# a › parses\nok 1 - a › parses\n# b › fails\nnot ok 2 - b › fails\n  ---\n    name: AssertionError\n  ...',
    { 'a › parses': 'passed', 'b › fails': 'failed' },
  ],
  [
    'node-tap: subtests by their path, assertions folded',
    '# Subtest: outer\n    ok 1 - should be equal\n    # Subtest: inner\n        not ok 1 - x\n        1..1\n    not ok 2 - inner # time=1ms\n    1..2\nnot ok 1 - outer # time=3ms\nok 2 - flat',
    { 'outer › inner': 'failed', outer: 'failed', flat: 'passed' },
  ],
  [
    'node-tap: buffered subtests',
    'ok 1 - outer # time=3ms {\n    ok 1 - inner {\n        ok 1 - x\n        1..1\n    }\n    1..1\n}',
    { outer: 'passed', 'outer › inner': 'passed' },
  ],
  ['the worst outcome of a name', 'ok 1 - a\nnot ok 2 - a\nok 3 - a', { a: 'failed' }],
  [
    'a bail-out',
    'ok 1 - a\nBail out! database is gone',
    { a: 'passed', 'Bail out! database is gone': 'failed' },
  ],
  ['no TAP', 'okay then\n  passing: 3\nnotok', {}],
])('%s', (_name, text, expected) => {
  expect(Object.fromEntries(parseTap(text))).toEqual(expected);
});
