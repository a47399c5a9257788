import type { Place } from './facts.ts';

const MAX_CODE = 160;

/** Turns offsets of one text into places; the line table is made when first asked. */
export class Positions {
  readonly #text: string;
  #starts: number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  at(offset: number): Place {
    const starts = (this.#starts ??= lineStarts(this.#text));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const start = starts[low] ?? 0;
    const end = starts[low + 1] ?? this.#text.length + 1;
    return {
      line: low + 1,
      column: offset - start + 1,
      code: codeAround(this.#text, start, end - 1, offset),
    };
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The line; of a very long one (minified code) the part around the offset. */
function codeAround(text: string, start: number, end: number, offset: number): string {
  const line = text.slice(start, Math.min(end, start + MAX_CODE * 4)).trim();
  if (end - start <= MAX_CODE || line.length <= MAX_CODE) {
    if (end - start <= MAX_CODE * 4) return line;
  }
  const from = Math.max(start, offset - MAX_CODE / 4);
  const to = Math.min(end, from + MAX_CODE);
  const part = text.slice(from, to).trim();
  return `${from > start ? '…' : ''}${part}${to < end ? '…' : ''}`;
}
