import { Writable } from 'node:stream';
import { neutralise } from '../domain/neutralise.ts';

/** Members that say where a line comes from, which a person at the terminal knows. */
const TOLD_OTHERWISE = new Set(
  'level time pid hostname name msg worker component requestId trace_id span_id err error'.split(
    ' ',
  ),
);

/**
 * One log line (JSON, as pino writes it) for a person at a terminal. Requests that went well are left
 * out: whoever looks at the page makes hundreds.
 *
 * @returns `undefined` where there is nothing to show
 */
export function readableLine(json: string): string | undefined {
  let entry: Readonly<Record<string, unknown>>;
  try {
    entry = JSON.parse(json) as Readonly<Record<string, unknown>>;
  } catch {
    return neutralise(json);
  }
  const { level, time, msg } = entry;
  if (msg === 'request' && level !== 'warn') return undefined;
  const details = Object.entries(entry).flatMap(([name, value]) =>
    TOLD_OTHERWISE.has(name) || !isPlain(value) ? [] : [`${name}=${value}`],
  );
  const parts = [
    new Date(String(time)).toLocaleTimeString('en-GB'),
    ...(level === 'info' ? [] : [String(level)]),
    [String(msg), ...details].join(' '),
    ...reason(entry, String(msg)),
  ];
  return parts.map((part) => neutralise(part)).join('  ');
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** What went wrong, unless the message says it already. */
function reason(entry: Readonly<Record<string, unknown>>, msg: string): readonly string[] {
  const error = (entry['err'] ?? entry['error']) as { readonly message?: unknown } | undefined;
  const message = typeof error?.message === 'string' ? error.message : '';
  return message === '' || msg.includes(message) ? [] : [message];
}

/** Writes what a log writes to it as lines for people. */
export function readable(to: NodeJS.WritableStream): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      const lines = String(chunk)
        .split('\n')
        .filter((line) => line !== '')
        .map(readableLine)
        .filter((line) => line !== undefined);
      if (lines.length === 0) done();
      else to.write(`${lines.join('\n')}\n`, () => done());
    },
  });
}
