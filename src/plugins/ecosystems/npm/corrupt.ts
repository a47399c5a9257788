import { SutureError } from '../../../domain/error.ts';

const MARKERS = /^(?:<{7}|={7}|>{7})(?: |$)/m;

/** The place of an offset, 1-based. */
function placeOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

/**
 * The error for a lockfile that cannot be read at all. `regenerate` is the command that writes a
 * new one. Left-over merge conflicts, the usual cause, are named as such.
 */
export function corrupt(
  file: string,
  text: string,
  offset: number,
  what: string,
  regenerate: string,
): SutureError {
  const conflict = MARKERS.exec(text);
  const { line, column } = placeOf(text, conflict?.index ?? offset);
  const problem = conflict ? 'an unresolved merge conflict' : what;
  return new SutureError('lockfile-corrupt', `${file}:${line}:${column}: ${problem}`, {
    line,
    remedy: conflict
      ? `Resolve the conflict (\`${regenerate}\` does it for a lockfile), then scan again.`
      : `Restore the file from version control, or write it anew with \`${regenerate}\`.`,
  });
}
