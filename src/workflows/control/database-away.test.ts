import { expect, it } from 'vitest';
import { isDatabaseAway, whileDatabaseIsAway } from './database-away.ts';

const withCode = (code: string, more: object = {}) =>
  Object.assign(new Error(`failed: ${code}`), { code, ...more });

it.each([
  ['a refused connection', withCode('ECONNREFUSED'), true],
  ['a missing socket', withCode('ENOENT', { syscall: 'connect' }), true],
  ['a missing file', withCode('ENOENT', { syscall: 'open' }), false],
  ['a server that shuts down', withCode('57P01'), true],
  ['a server that starts', new Error('the database system is starting up'), true],
  ['too many connections', withCode('53300'), true],
  ['a lost connection', new Error('Connection terminated unexpectedly'), true],
  ['several of them', new AggregateError([withCode('ECONNREFUSED')]), true],
  ['one behind another', new Error('no', { cause: withCode('08006') }), true],
  ['a broken law', withCode('23505'), false],
  ['a fault of ours', new TypeError('x is not a function'), false],
  ['nothing of the kind', 'ECONNREFUSED', false],
])('%s: away is %3$s', (_, error, away) => {
  expect(isDatabaseAway(error)).toBe(away);
});

it('does again what failed for that, and nothing else', async () => {
  let turns = 0;
  const work = () => {
    turns += 1;
    return turns < 3 ? Promise.reject(withCode('ECONNREFUSED')) : Promise.resolve(turns);
  };
  expect(await whileDatabaseIsAway(work)).toBe(3);
  await expect(whileDatabaseIsAway(() => Promise.reject(withCode('23505')))).rejects.toThrow(
    '23505',
  );
});

it('gives up when the worker stops', async () => {
  const stopping = new AbortController();
  const waiting = whileDatabaseIsAway(
    () => Promise.reject(withCode('ECONNREFUSED')),
    stopping.signal,
  );
  stopping.abort();
  await expect(waiting).rejects.toThrow(/abort|ECONNREFUSED/i);
});
