import { messageOf, SutureError } from '../domain/error.ts';
import { neutralise } from '../domain/neutralise.ts';
import type { Appearance } from '../stages/report/layout.ts';

const WIDTH_WHEN_PIPED = 120;

/** Colour only on a terminal, unless NO_COLOR or FORCE_COLOR (no-color.org, force-color.org) say. */
export function appearance(
  stream: NodeJS.WriteStream = process.stdout,
  environment: NodeJS.ProcessEnv = process.env,
): Appearance {
  const terminal = stream.isTTY;
  const colour = environment['NO_COLOR']
    ? false
    : (environment['FORCE_COLOR'] ?? (terminal ? '1' : '0')) !== '0';
  return { colour, width: terminal ? (stream.columns ?? WIDTH_WHEN_PIPED) : WIDTH_WHEN_PIPED };
}

/** Data goes to stdout, whole, before the process ends. A reader that left early is no error. */
export async function print(text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const settle = (error?: Error | null) => {
    if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(error);
    else resolve();
  };
  // An error event without a listener would end the process with a stack.
  process.stdout.once('error', settle);
  const visible = text.replaceAll(INVISIBLE, escaped);
  process.stdout.write(visible.endsWith('\n') ? visible : `${visible}\n`, settle);
  await promise;
  process.stdout.removeListener('error', settle);
}

/**
 * C1 controls, and what changes the order of text: JSON lets them stand as they are, terminals act on
 * them. The escape means the same in JSON, and other formats hold none.
 */
const INVISIBLE = /[\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Logs, progress and errors go to stderr. */
export function say(text: string): void {
  clearProgress();
  process.stderr.write(`${text}\n`);
}

let progressShown = false;

/** On a terminal one line that is written over; elsewhere a line each, so that CI logs show it. */
export function showProgress(message: string, level?: 'detail'): void {
  const line = neutralise(message);
  if (!process.stderr.isTTY) {
    if (level === undefined) process.stderr.write(`${line}\n`);
    return;
  }
  const room = (process.stderr.columns ?? WIDTH_WHEN_PIPED) - 2;
  process.stderr.write(`\r\u001B[2K${line.length > room ? `${line.slice(0, room)}…` : line}`);
  progressShown = true;
}

export function clearProgress(): void {
  if (progressShown) process.stderr.write('\r\u001B[2K');
  progressShown = false;
}

/** An error as a person needs it: what happened, where, what to do. */
export function describeError(error: unknown): string {
  const message = neutralise(messageOf(error), { multiline: true });
  if (error instanceof SutureError) {
    return `error: ${message}\n  ${neutralise(error.remedy, { multiline: true })}`;
  }
  const system = (error as NodeJS.ErrnoException | null)?.code;
  if (system === 'ENOSPC')
    return `error: ${message}\n  The disk is full. Free some space, then run again.`;
  if (system === 'EACCES' || system === 'EPERM') {
    return `error: ${message}\n  Give this user access to it, or set SUTURE_HOME to a folder it may write to.`;
  }
  const trace = process.env['SUTURE_DEBUG'] && error instanceof Error ? `\n${error.stack}` : '';
  return `error: ${message}${trace}\n  This is a defect in Suture, please report it. SUTURE_DEBUG=1 shows where it happened.`;
}
