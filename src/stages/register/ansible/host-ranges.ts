/** `[01:50]`, `[a:f]`, `[1:10:2]`: both ends count. */
const RANGE = /\[(?:(\d{1,9}):(\d{1,9})|([a-z]):([a-z])|([A-Z]):([A-Z]))(?::(\d{1,9}))?\]/;

const MAX_NAME = 255;

/**
 * The hosts that an Ansible pattern names, ranges written out (leading zeros kept, as
 * https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html#adding-ranges-of-hosts
 * says); `undefined` when it names none, or more than `limit`.
 */
export function expandHosts(pattern: string, limit: number): readonly string[] | undefined {
  let names = [''];
  let rest = pattern;
  for (;;) {
    const match = RANGE.exec(rest);
    const before = match === null ? rest : rest.slice(0, match.index);
    const values = match === null ? [''] : rangeOf(match, limit);
    if (values.length === 0 || names.length * values.length > limit) return undefined;
    names = names.flatMap((name) => values.map((value) => name + before + value));
    if ((names[0]?.length ?? 0) > MAX_NAME) return undefined;
    if (match === null)
      return names.every((name) => /^[^\s,[\]=]+$/.test(name)) ? names : undefined;
    rest = rest.slice(match.index + match[0].length);
  }
}

/** Empty for a range that runs backwards, stands still, or is longer than `limit`. */
function rangeOf(match: RegExpExecArray, limit: number): readonly string[] {
  const [, from = '', to = '', low, lowEnd, high, highEnd, by = '1'] = match;
  const letter = low ?? high;
  const start = letter === undefined ? Number(from) : letter.charCodeAt(0);
  const end = letter === undefined ? Number(to) : (lowEnd ?? highEnd ?? '').charCodeAt(0);
  const step = Number(by);
  const count = step < 1 ? 0 : Math.floor((end - start) / step) + 1;
  if (count < 1 || count > limit) return [];
  return Array.from({ length: count }, (_, at) => {
    const value = start + at * step;
    if (letter !== undefined) return String.fromCharCode(value);
    return from.startsWith('0') ? String(value).padStart(from.length, '0') : String(value);
  });
}
