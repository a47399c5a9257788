import type { PackageSource } from '../../domain/dependency-graph.ts';

export interface PurlParts {
  readonly type: string;
  /** With its namespace, as the ecosystem writes it: `@scope/name`. */
  readonly name: string;
  /** Empty when it is not known. */
  readonly version: string;
  readonly source?: PackageSource;
  /** Where a git or url source was fetched from. */
  readonly resolved?: string;
}

/**
 * The package URL (purl specification, ECMA-427): namespace, name and version percent-encoded;
 * what did not come from the registry carries `vcs_url` or `download_url`.
 */
export function purlOf({ type, name, version, source, resolved }: PurlParts): string {
  const slash = name.lastIndexOf('/');
  const namespace = slash < 0 ? '' : `${name.slice(0, slash).split('/').map(encode).join('/')}/`;
  // npm has only lower-case names now; the specification lower-cases neither old ones nor versions.
  const base = `pkg:${type}/${namespace}${encode(name.slice(slash + 1))}`;
  const versioned = version === '' ? base : `${base}@${encode(version)}`;
  if (resolved === undefined || (source !== 'git' && source !== 'url')) return versioned;
  const qualifier = source === 'git' ? 'vcs_url' : 'download_url';
  return `${versioned}?${qualifier}=${encode(resolved)}`;
}

const PLAIN = /^[\w.~-]*$/;

/** A lone surrogate cannot be encoded; it is hostile text and becomes the replacement character. */
function encode(text: string): string {
  if (PLAIN.test(text)) return text;
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%3A', ':')
    .replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
