/**
 * What changed between two texts, as lines with `-` and `+`, and the nearest line above that did
 * not change as context where it helps a reader. Control characters are shown as escapes, and a
 * missing newline at the end is a line of its own, so that every byte counts.
 */
export function lineDiff(before: string, after: string): readonly string[] {
  const a = visibleLines(before);
  const b = visibleLines(after);
  const common = longestCommon(a, b);
  const out: string[] = [];
  let i = 0;
  let j = 0;
  let last = '';
  const context = () => {
    if (last !== '' && !/^[-+]/.test(out.at(-1) ?? '')) out.push(`  ${last}`);
  };
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      last = a[i] ?? '';
      if (/^[-+]/.test(out.at(-1) ?? '')) out.push('  …');
      i += 1;
      j += 1;
    } else if (j < b.length && (i >= a.length || at(common, i, j + 1) > at(common, i + 1, j))) {
      context();
      out.push(`+ ${b[j]}`);
      j += 1;
    } else {
      context();
      out.push(`- ${a[i]}`);
      i += 1;
    }
  }
  if (out.at(-1) === '  …') out.pop();
  return out;
}

function visibleLines(text: string): readonly string[] {
  if (text === '') return [];
  const lines = text.replaceAll('\r', '\\r').replaceAll('\t', '\\t').split('\n');
  if (lines.at(-1) === '') lines.pop();
  else lines.push('\\ no newline at the end');
  return lines;
}

function longestCommon(a: readonly string[], b: readonly string[]): readonly Uint16Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = table[i];
      if (!row) continue;
      row[j] =
        a[i] === b[j]
          ? at(table, i + 1, j + 1) + 1
          : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  }
  return table;
}

function at(table: readonly Uint16Array[], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}
