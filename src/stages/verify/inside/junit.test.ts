import { expect, it } from 'vitest';
import { parseJunit } from './junit.ts';

it.each([
  [
    'outcomes',
    '<testsuite><testcase classname="c" name="ok" time="1"/><testcase classname="c" name="bad"><failure message="x">trace</failure></testcase><testcase name="err"><error/></testcase><testcase name="skip"><skipped/></testcase></testsuite>',
    [
      ['c › ok', 'passed'],
      ['c › bad', 'failed'],
      ['err', 'failed'],
      ['skip', 'skipped'],
    ],
  ],
  [
    'entities, quotes and files',
    `<testcase file="test/a.js" name='says &quot;a &lt; b&quot; &amp; &#8250;'></testcase>`,
    [['test/a.js › says "a < b" & ›', 'passed']],
  ],
  ['cut in the middle', '<testcase name="a"/><testcase name="b"', [['a', 'passed']]],
  ['something else', '<html><body>failure</body></html>', []],
])('%s', (_name, text, expected) => {
  expect(parseJunit(text)).toEqual(expected);
});

it('takes time in proportion to the length of a hostile file', () => {
  const started = performance.now();
  parseJunit('<testcase '.repeat(200_000));
  expect(performance.now() - started).toBeLessThan(3000);
});
