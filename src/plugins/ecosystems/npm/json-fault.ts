const TOKEN =
  /[ \t\r\n]*(?:("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([{}[\],:]))/y; // oxlint-disable-line no-control-regex -- RFC 8259 section 7 forbids them in strings

type Expecting = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'end';

/**
 * Where a text stops being JSON (RFC 8259). V8 gives no position for short inputs, so the first
 * token that does not fit is looked for here; only ever on the way to an error.
 */
export function jsonFault(text: string): { offset: number; what: string } {
  const closers: ('}' | ']')[] = [];
  let expecting: Expecting = 'value';
  let offset = 0;
  for (;;) {
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(text);
    const blank = /[ \t\r\n]*/y;
    blank.lastIndex = offset;
    const start = offset + (blank.exec(text)?.[0].length ?? 0);
    if (match === null) {
      const ended = start >= text.length || text.indexOf('"', start) === start;
      const what = ended ? 'the file ends too early or a string is broken' : 'this is not JSON';
      return { offset: start, what: start >= text.length ? 'the file ends too early' : what };
    }
    const next = step(expecting, match, closers);
    if (next === undefined) return { offset: start, what: `${readable(expecting)} was expected` };
    expecting = next;
    offset = TOKEN.lastIndex;
  }
}

function step(
  expecting: Expecting,
  [, string, literal, mark]: RegExpExecArray,
  closers: ('}' | ']')[],
): Expecting | undefined {
  const after = (): Expecting => (closers.length === 0 ? 'end' : 'comma-or-end');
  const closes = mark !== undefined && mark === closers.at(-1);
  switch (expecting) {
    case 'value':
    case 'value-or-end':
      if (string !== undefined || literal !== undefined) return after();
      if (mark === '{' || mark === '[') {
        closers.push(mark === '{' ? '}' : ']');
        return mark === '{' ? 'key-or-end' : 'value-or-end';
      }
      break;
    case 'key':
    case 'key-or-end':
      if (string !== undefined) return 'colon';
      break;
    case 'colon':
      return mark === ':' ? 'value' : undefined;
    case 'comma-or-end':
      if (mark === ',') return closers.at(-1) === '}' ? 'key' : 'value';
      break;
    case 'end':
      return undefined;
  }
  if (!closes || !expecting.endsWith('-end')) return undefined;
  closers.pop();
  return after();
}

function readable(expecting: Expecting): string {
  if (expecting === 'end') return 'the end of the file';
  if (expecting === 'colon') return '":"';
  if (expecting === 'comma-or-end') return '"," or the end of the list';
  return expecting.startsWith('key') ? 'a key in quotes' : 'a value';
}
