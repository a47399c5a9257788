const QUOTE = 34;
const ASTERISK = 42;
const COMMA = 44;
const SLASH = 47;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const CLOSE_BRACE = 125;

/**
 * JSON with comments and trailing commas as plain JSON, of the same length and lines, so that
 * places stay right. One pass; what is malformed is passed on for the JSON parser to refuse.
 */
export function plainJson(text: string): string {
  const blanks: [number, number][] = [];
  /** The last comma, while nothing but white space and comments followed it. */
  let comma = -1;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at);
      comma = -1;
    } else if (code === SLASH) {
      const end = commentEnd(text, at);
      if (end > at) blanks.push([at, end]);
      else comma = -1;
      at = Math.max(end, at + 1);
    } else {
      if (code === COMMA) comma = at;
      else if (code > 32) {
        if (comma >= 0 && (code === CLOSE_BRACE || code === CLOSE_BRACKET)) {
          blanks.push([comma, comma + 1]);
        }
        comma = -1;
      }
      at += 1;
    }
  }
  return blankOut(text, blanks);
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at + 1;
  }
  return text.length;
}

/** Index after the comment, or `start` when none begins there. */
function commentEnd(text: string, start: number): number {
  const next = text.charCodeAt(start + 1);
  if (next !== SLASH && next !== ASTERISK) return start;
  const end = next === SLASH ? text.indexOf('\n', start) : text.indexOf('*/', start + 2) + 2;
  return end < start + 2 ? text.length : end;
}

function blankOut(text: string, blanks: [number, number][]): string {
  const pieces: string[] = [];
  let from = 0;
  // A trailing comma is found after the comments that follow it.
  for (const [start, end] of blanks.sort(([a], [b]) => a - b)) {
    pieces.push(text.slice(from, start), text.slice(start, end).replaceAll(/[^\r\n]/g, ' '));
    from = end;
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}
