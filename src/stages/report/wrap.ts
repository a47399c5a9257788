/**
 * Breaks text at spaces into lines of at most `width` characters, the first behind a label, the
 * others indented under it. A word longer than a line keeps its line: identifiers must stay whole.
 */
export function wrap(
  text: string,
  { width, label }: { readonly width: number; readonly label: string },
): readonly string[] {
  const indent = '             ';
  const lines: string[] = [];
  let line = `  ${label}`.padEnd(indent.length);
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
