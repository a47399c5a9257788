import { expect, it } from 'vitest';
import { SutureError } from '../domain/error.ts';
import { openLog } from './log.ts';

function written(use: (log: ReturnType<typeof openLog>) => void): string {
  const lines: string[] = [];
  use(openLog({ to: { write: (line) => lines.push(line) } }));
  return lines.join('');
}

const token = `stt_${'a'.repeat(43)}`;

it.each([
  ['an authorization header', { headers: { authorization: `Bearer ${token}` } }],
  ['a cookie', { headers: { cookie: `suture_session=sts_${'b'.repeat(43)}` } }],
  ['a secret of its own', { secret: 'hunter2 hunter2' }],
  ['an error’s message', { err: new Error(`no ${token} here, nor https://u:hunter2@h/`) }],
  ['an error’s cause', { err: new Error('x', { cause: new Error(`Bearer ${token}`) }) }],
])('does not write %s', (_, fields) => {
  const text = written((log) => log.info(fields, 'said'));
  expect(text).toContain('said');
  for (const secret of [token, 'sts_b', 'hunter2']) expect(text).not.toContain(secret);
});

it('tells an expected error without a stack, another with it', () => {
  const error = new SutureError('index-missing', 'There is no index', { remedy: 'Sync.' });
  const expected = written((log) => log.warn({ err: error }, 'x'));
  expect(JSON.parse(expected)).toMatchObject({ level: 'warn', err: { code: 'index-missing' } });
  expect(expected).not.toContain('log.test.ts');
  expect(written((log) => log.error({ err: new TypeError('y') }, 'x'))).toContain('log.test.ts');
});
