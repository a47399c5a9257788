/** How text may look; decided by the caller, who knows the stream. */
export interface Appearance {
  readonly colour: boolean;
  /** Columns. */
  readonly width: number;
}

export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** SGR sequences (ECMA-48 section 8.3.117), or the text as it is. */
export function styles(colour: boolean): Style {
  const sgr = (on: number, off: number) => (text: string) =>
    colour ? `\u001B[${on}m${text}\u001B[${off}m` : text;
  return {
    bold: sgr(1, 22),
    dim: sgr(2, 22),
    red: sgr(31, 39),
    yellow: sgr(33, 39),
    green: sgr(32, 39),
    cyan: sgr(36, 39),
  };
}

/** Cuts plain text to a number of columns, with an ellipsis where something is missing. */
export function clip(text: string, width: number): string {
  const characters = Array.from(text);
  if (characters.length <= width) return text;
  return width < 2
    ? characters.slice(0, width).join('')
    : `${characters.slice(0, width - 1).join('')}…`;
}

/** Breaks plain text at spaces so that no line is wider than `width`; longer words are cut. */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(8, width);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((part) => pieces(part, room))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= room) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
  }
  return line === '' ? lines : [...lines, line];
}

function pieces(word: string, room: number): string[] {
  if (word.length <= room) return [word];
  return Array.from({ length: Math.ceil(word.length / room) }, (_, i) =>
    word.slice(i * room, (i + 1) * room),
  );
}

/** `1 finding`, `3 findings` */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
