/** A package URL taken apart (purl specification, ECMA-427). */
export interface PackageUrl {
  /** Lower-case: `npm`, `deb`. */
  readonly type: string;
  /** `@scope`, `org.apache.commons`, `github.com/owner`; empty for none. */
  readonly namespace: string;
  readonly name: string;
  /** Empty when it has none. */
  readonly version: string;
  readonly qualifiers: ReadonlyMap<string, string>;
}

const MAX_LENGTH = 4_000;

/**
 * Takes a package URL apart, as the specification's "how to parse" section says; `undefined` when it
 * is none. Versions and namespaces are not held to the rules of their type: documents say `(devel)`
 * and `v1`, and what they have installed is so all the same.
 */
export function parsePackageUrl(text: string): PackageUrl | undefined {
  if (text.length > MAX_LENGTH || !/^pkg:/i.test(text)) return undefined;
  const [withoutSubpath = ''] = text.slice(4).split('#', 1);
  const question = withoutSubpath.indexOf('?');
  const path = question === -1 ? withoutSubpath : withoutSubpath.slice(0, question);
  const query = question === -1 ? '' : withoutSubpath.slice(question + 1);
  const [type = '', ...rest] = path.split('/').filter((part) => part !== '');
  if (!/^[a-z][a-z0-9.+-]*$/i.test(type)) return undefined;
  const last = rest.at(-1) ?? '';
  // A scope's @ is encoded in a right purl; in a wrong one (`@scope/name`) it is not in the last part.
  const at = last.lastIndexOf('@');
  const name = decoded(at > 0 ? last.slice(0, at) : last);
  const version = at > 0 ? decoded(last.slice(at + 1)) : '';
  const namespace = rest.slice(0, -1).map(decoded);
  if (name === undefined || name === '' || version === undefined) return undefined;
  if (namespace.includes(undefined)) return undefined;
  return {
    type: type.toLowerCase(),
    namespace: namespace.join('/'),
    name,
    version,
    qualifiers: new Map(
      query.split('&').flatMap((pair): [string, string][] => {
        const [key = '', ...value] = pair.split('=');
        return key === '' ? [] : [[key.toLowerCase(), decoded(value.join('=')) ?? '']];
      }),
    ),
  };
}

/** `undefined` for what is not percent-encoded text. */
function decoded(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
