import { expect, it } from 'vitest';
import { columns } from './columns.ts';

it.each([
  ['nothing', [], ''],
  [
    'pads all but the last',
    [
      ['A', 'BB'],
      ['long', 'x'],
    ],
    'A     BB\nlong  x',
  ],
  ['lets no cell break the line', [['a\nb', 'c']], 'a b  c'],
])('%s', (_, rows, text) => {
  expect(columns(rows)).toBe(text);
});
