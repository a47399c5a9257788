/** What breakage needs of a published `package.json`. Anything malformed reads as absent. */
export interface PackageManifest {
  readonly type?: string;
  readonly main?: string;
  /** As written: text, conditions, subpaths, or a list of those. */
  readonly exports?: unknown;
  readonly optionalPeers: ReadonlySet<string>;
}

export function readManifest(files: ReadonlyMap<string, string>): PackageManifest {
  const manifest = record(parse(files.get('package.json')));
  const type = text(manifest['type']);
  const main = text(manifest['main']);
  const peers = Object.entries(record(manifest['peerDependenciesMeta']));
  const optional = peers.filter(([, meta]) => record(meta)['optional'] === true);
  return {
    ...(type === undefined ? {} : { type }),
    ...(main === undefined ? {} : { main }),
    ...(manifest['exports'] === undefined ? {} : { exports: manifest['exports'] }),
    optionalPeers: new Set(optional.map(([name]) => name)),
  };
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function parse(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? '');
  } catch {
    return undefined;
  }
}
