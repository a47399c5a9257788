import { expect, it } from 'vitest';
import { suggest } from './suggest.ts';

it.each([
  ['enviroment', 'environment'],
  ['Exposure', 'exposure'],
  ['exposuer', 'exposure'],
  ['zebra', undefined],
  ['', undefined],
])('%j means %j', (word, expected) => {
  expect(suggest(word, ['environment', 'exposure', 'criticality'])).toBe(expected);
});
