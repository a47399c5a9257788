/** `a, b` and lines → `['a', 'b']` */
export function listOf(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Lines of `name=value` → a record; lines without `=` are names without a value. */
export function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    listOf(text).map((line) => {
      const at = line.indexOf('=');
      return at === -1 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

/** The other way round, for a field to edit. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('\n');
}
