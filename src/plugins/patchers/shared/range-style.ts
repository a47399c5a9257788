import semver from 'semver';

/**
 * The requirement that admits `to`, written as `range` was: same operator, same precision, same
 * `npm:` alias, same prefix. What already says no more than "anything" stays as it is.
 *
 * Where the old precision would leave the text unchanged (`^1` for 1.5.2), a caret or tilde gains
 * precision, because otherwise the requirement would still admit what is to be left behind. An
 * x-range (`1.x`) keeps its form: the lockfile holds the version. Alternatives (`^1 || ^2`) become
 * one requirement in the style of the last, and a dist-tag becomes a caret.
 *
 * @returns undefined when the requirement names no registry version (`workspace:`, `file:`, git, URL).
 */
export function restyle(range: string, to: string): string | undefined {
  const alias = /^(?<prefix>npm:(?:@[^/]+\/)?[^@]+@)(?<range>.*)$/.exec(range)?.groups;
  if (alias) {
    const inner = restyle(alias['range'] ?? '', to);
    return inner === undefined ? undefined : `${alias['prefix']}${inner}`;
  }
  const protocol = /^npm:(?<range>[^@/]*)$/.exec(range)?.groups?.['range'];
  if (protocol !== undefined) {
    const inner = restyle(protocol, to);
    return inner === undefined ? undefined : `npm:${inner}`;
  }
  const trimmed = range.trim();
  if (trimmed === '' || trimmed === '*' || trimmed === 'x') return range;
  if (/^[a-z][a-z+]*:|\//i.test(trimmed)) return undefined;
  if (semver.validRange(trimmed) === null) return `^${to}`;
  const last = trimmed.split('||').at(-1)?.trim() ?? trimmed;
  const hyphen = /\s-\s/.test(last);
  const parts = last.split(/(?<![<>=^~])\s+(?=[<>=^~v\d])/);
  const [first = last] = parts;
  if (hyphen) return `^${to}`;
  const single = restyleComparator(first, to);
  const upper = parts[1];
  if (upper === undefined) return single;
  // `>=1.2.3 <2.0.0`: a ceiling that shuts `to` out moves to the next major.
  if (parts.length === 2 && first.startsWith('>') && upper.startsWith('<')) {
    const ceiling = semver.satisfies(to, upper) ? upper : `<${semver.inc(bare(to), 'major')}`;
    return `${single} ${ceiling}`;
  }
  return `^${to}`;
}

function restyleComparator(comparator: string, to: string): string {
  const match = /^(?<operator>\^|~>?|>=|>|<=|<|=)?(?<gap>\s*)(?<v>v?)(?<version>.*)$/.exec(
    comparator,
  );
  const { operator = '', gap = '', v = '', version = '' } = match?.groups ?? {};
  if (operator.startsWith('<')) return semver.satisfies(to, comparator) ? comparator : `^${to}`;
  const floor = operator === '>' ? '>=' : operator;
  const full = `${floor}${gap}${v}${to}`;
  const shortened = atPrecisionOf(version, to);
  if (shortened === undefined || floor === '>=') return full;
  const short = `${floor}${gap}${v}${shortened}`;
  const widens = operator === '^' || operator.startsWith('~');
  return widens && (short === comparator || !semver.satisfies(to, short)) ? full : short;
}

/** `1.x` and 2.3.4 → `2.x`; `1.2` → `2.3`; undefined for a full version. */
function atPrecisionOf(version: string, to: string): string | undefined {
  const parts = version.split('.');
  const numbers = parts.findIndex((part) => /^[xX*]$/.test(part));
  if (numbers < 0 && parts.length >= 3) return undefined;
  // A shortened range never admits a prerelease.
  if (semver.prerelease(to) !== null) return undefined;
  const fixed = [semver.major(to), semver.minor(to), semver.patch(to)];
  return parts.map((part, index) => (/^[xX*]$/.test(part) ? part : fixed[index])).join('.');
}

function bare(version: string): string {
  return `${semver.major(version)}.${semver.minor(version)}.${semver.patch(version)}`;
}
