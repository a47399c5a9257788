import { describe, expect, it } from 'vitest';
import { findingsSearch } from '../features/findings/search.ts';
import { numberOf, parseSearch, someOf, stringifySearch } from './search-params.ts';

describe('addresses', () => {
  it.each([
    ['', {}],
    ['?band=act,attend', { band: 'act,attend' }],
    ['?text=%40babel%2Ftraverse', { text: '@babel/traverse' }],
    ['?text=a+b', { text: 'a b' }],
  ])('reads %j', (text, expected) => {
    expect(parseSearch(text)).toEqual(expected);
  });

  it.each([
    [{}, ''],
    [{ band: ['act', 'attend'], text: undefined, kev: '' }, '?band=act,attend'],
    [{ version: 3 }, '?version=3'],
    [{ group: 'npm:lodash' }, '?group=npm:lodash'],
    [{ text: 'a&b=c#d' }, '?text=a%26b%3Dc%23d'],
  ])('writes %j', (search, expected) => {
    expect(stringifySearch(search)).toBe(expected);
  });

  it('comes back as it was', () => {
    const search = findingsSearch({ band: 'act,track', text: 'ö & ü', kev: 'true', due: 'x' });
    expect(findingsSearch(parseSearch(stringifySearch(search)))).toEqual(search);
  });
});

describe('what a route makes of its address', () => {
  it('keeps known words in their own order and drops the rest', () => {
    expect(someOf({ band: 'track,bogus,act' }, 'band', ['act', 'attend', 'track'])).toEqual([
      'act',
      'track',
    ]);
    expect(someOf({ band: 'bogus' }, 'band', ['act'])).toBeUndefined();
  });

  it('names every parameter, so that nothing passes unread', () => {
    expect(Object.keys(findingsSearch({ band: 'bogus' }))).toContain('band');
  });

  it.each([
    ['3', 3],
    ['0', undefined],
    ['1.5', undefined],
    ['x', undefined],
  ])('reads the number %j', (text, expected) => {
    expect(numberOf({ version: text }, 'version')).toBe(expected);
  });
});
