/**
 * Semantic Versioning 2.0.0 precedence (semver.org, section 11), as tolerant as npm's own loose
 * mode: a `v` or `=` in front, missing minor or patch, leading zeros and a prerelease without its
 * hyphen are read as what they mean.
 */
export interface Semver {
  readonly major: number | bigint;
  readonly minor: number | bigint;
  readonly patch: number | bigint;
  /** Dot-separated identifiers; empty for a release. Numeric ones are numbers. */
  readonly prerelease: readonly (number | bigint | string)[];
}

/** Longer strings are no versions; node-semver draws the same line. */
const MAX_LENGTH = 256;
const VERSION =
  /^[v=\s]*(\d+)(?:\.(\d+)(?:\.(\d+))?)?(?:-((?:[\dA-Za-z-]+\.)*[\dA-Za-z-]+))?(?:\+[\dA-Za-z.-]*)?\s*$/;
/** npm's old spelling `1.2.3beta`; the first identifier is not numeric, or the patch would be cut. */
const GLUED =
  /^[v=\s]*(\d+)\.(\d+)\.(\d+)([A-Za-z-][\dA-Za-z-]*(?:\.[\dA-Za-z-]+)*)(?:\+[\dA-Za-z.-]*)?\s*$/;
const NUMERIC = /^\d+$/;
/** Digits that always fit a double exactly. */
const SAFE_DIGITS = 15;

/** Reads a version; `undefined` for anything that is none. Build metadata is dropped. */
export function parseSemver(text: string): Semver | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const match = VERSION.exec(text) ?? GLUED.exec(text);
  if (match === null) return undefined;
  const [, major = '0', minor = '0', patch = '0', prerelease] = match;
  return {
    major: integer(major),
    minor: integer(minor),
    patch: integer(patch),
    prerelease:
      prerelease === undefined
        ? []
        : prerelease.split('.').map((part) => (NUMERIC.test(part) ? integer(part) : part)),
  };
}

/**
 * Orders two versions: negative, 0 or positive. A total preorder: build metadata does not count,
 * and anything that is no version sorts before every version, among its like by code unit.
 */
export function compareSemver(a: string, b: string): number {
  if (a === b) return 0;
  const left = parsed(a);
  const right = parsed(b);
  if (left === undefined) return right === undefined ? order(a, b) : -1;
  if (right === undefined) return 1;
  return (
    order(left.major, right.major) ||
    order(left.minor, right.minor) ||
    order(left.patch, right.patch) ||
    comparePrerelease(left.prerelease, right.prerelease)
  );
}

function comparePrerelease(a: Semver['prerelease'], b: Semver['prerelease']): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) {
    const left = a[at] ?? 0;
    const right = b[at] ?? 0;
    const leftIsText = typeof left === 'string';
    // Section 11.4.3: numeric identifiers have lower precedence than alphanumeric ones.
    if (leftIsText !== (typeof right === 'string')) return leftIsText ? 1 : -1;
    const difference = order(left, right);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function order<T extends number | bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function integer(digits: string): number | bigint {
  return digits.length <= SAFE_DIGITS ? Number(digits) : BigInt(digits);
}

/**
 * Matching compares the same few bounds over and over. Parsing is a pure function of the text, so
 * remembering it changes nothing but the time; the bound keeps a hostile input from filling memory.
 */
const remembered = new Map<string, Semver | undefined>();
const MAX_REMEMBERED = 8192;

function parsed(text: string): Semver | undefined {
  const known = remembered.get(text);
  if (known !== undefined || remembered.has(text)) return known;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const version = parseSemver(text);
  remembered.set(text, version);
  return version;
}
