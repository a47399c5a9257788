/** The three ways pnpm has named packages: `/a/1.0.0_peer` (5), `/a@1.0.0(peer)` (6), `a@1.0.0(peer)` (9). */
export type PnpmKeyStyle = 5 | 6 | 9;

export function keyStyle(formatVersion: string): PnpmKeyStyle {
  const major = Number.parseInt(formatVersion, 10);
  return major >= 7 ? 9 : major === 6 ? 6 : 5;
}

/**
 * The key a dependency's reference leads to. A plain reference is the version (with its peers) of
 * the package of that name; an alias or another source writes the whole key.
 */
export function keyOfReference(name: string, reference: string, style: PnpmKeyStyle): string {
  if (reference.startsWith('file:') && style !== 9) return reference;
  const plain = withoutPeers(reference, style);
  if (style === 9) {
    const at = plain.indexOf('@', 1);
    const colon = plain.indexOf(':');
    const isKey = reference.startsWith('@') || (at >= 0 && (colon < 0 || at < colon));
    return isKey ? reference : `${name}@${reference}`;
  }
  if (plain.includes('/')) return reference;
  return style === 6 ? `/${name}@${reference}` : `/${name}/${reference}`;
}

/** A key or reference without peer and patch suffixes: the key of its `packages` entry in 9. */
export function withoutPeers(key: string, style: PnpmKeyStyle): string {
  const end = style === 5 ? key.indexOf('_', 1) : key.indexOf('(');
  // In 5 an underscore may also be part of a name; the suffix begins after the version's digit.
  if (style === 5 && end >= 0) return key.replace(/(\/?\d+\.\d+\.\d+[^/_]*)_.*$/, '$1');
  return end < 0 ? key : key.slice(0, end);
}

/** Name and version (or what stands in its place) that a key spells, where it spells them. */
export function splitKey(
  key: string,
  style: PnpmKeyStyle,
): { name: string; version: string } | undefined {
  let plain = withoutPeers(key, style);
  if (style !== 9) {
    // `/a@1` belongs to the default registry, `registry.example/a@1` to a named one.
    const path = /^(?:[^/@]*\.[^/@]*(?::\d+)?)?\/(.+)$/.exec(plain)?.[1];
    if (path === undefined) return undefined;
    plain = path;
  }
  if (style === 5) {
    const parts = plain.split('/');
    const named = parts[0]?.startsWith('@') ? 2 : 1;
    const version = parts[named];
    return version === undefined ? undefined : { name: parts.slice(0, named).join('/'), version };
  }
  const at = plain.indexOf('@', 1);
  return at < 0 ? undefined : { name: plain.slice(0, at), version: plain.slice(at + 1) };
}
