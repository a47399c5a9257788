import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { readable, readableLine } from './readable-log.ts';

const time = '2026-11-02T08:00:00.000Z';
const clock = new Date(time).toLocaleTimeString('en-GB');
const line = (entry: Readonly<Record<string, unknown>>) =>
  readableLine(JSON.stringify({ level: 'info', time, pid: 1, hostname: 'h', name: 'n', ...entry }));

it.each([
  [
    'what happened',
    { msg: 'worker started', worker: 'w', version: '1' },
    'worker started version=1',
  ],
  ['how bad it is', { level: 'warn', msg: 'scan failed: no' }, 'warn  scan failed: no'],
  ['why', { level: 'error', msg: 'no', err: { message: 'gone', stack: 'at' } }, 'error  no  gone'],
  ['why once', { level: 'warn', msg: 'no: gone', err: { message: 'gone' } }, 'warn  no: gone'],
  [
    'what a request came to',
    { level: 'warn', msg: 'request', status: 500 },
    'warn  request status=500',
  ],
  [
    'nothing that a terminal obeys',
    { msg: '\u001B[2Jhello' },
    expect.not.stringContaining('\u001B'),
  ],
])('shows %s', (_, entry, shown) => {
  const expected = typeof shown === 'string' ? `${clock}  ${shown}` : shown;
  expect(line(entry)).toEqual(expected);
});

it('leaves out requests that went well, and lets through what is no JSON', () => {
  expect(line({ msg: 'request', status: 200 })).toBeUndefined();
  expect(readableLine('not ours')).toBe('not ours');
});

it('writes lines of a log', async () => {
  const out = new PassThrough({ encoding: 'utf8' });
  const log = pino(
    {
      base: null,
      timestamp: () => `,"time":"${time}"`,
      formatters: { level: (level) => ({ level }) },
    },
    readable(out),
  );
  log.info('one');
  log.info({ status: 200 }, 'request');
  log.warn('two');
  log.flush();
  expect(await new Promise((resolve) => setTimeout(() => resolve(out.read()), 50))).toBe(
    `${clock}  one\n${clock}  warn  two\n`,
  );
});
