import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tarball } from './tarball.ts';

/** One version of a package of the closed world. Everything but `published` may be left out. */
interface UniverseVersion {
  /** ISO 8601. */
  readonly published: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly deprecated?: string;
  readonly provenance?: boolean;
  /** Further files of the tarball. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Package name to version to what was published. */
export type Universe = Readonly<Record<string, Readonly<Record<string, UniverseVersion>>>>;

/** How the server behaves from now on; change it between requests. */
interface ServerMode {
  /** Nothing published later than this exists (ISO 8601). */
  asOf?: string;
  /** Requests without this bearer token get 401. */
  token?: string;
  /** Milliseconds before each answer. */
  delay?: number;
  /** `garbage`: answers that are no JSON; `reset`: connections that are cut; `500`: server errors. */
  broken?: 'garbage' | 'reset' | '500';
  /** Tarballs whose bytes are not what their packument promises. */
  tampered?: boolean;
}

interface SeenRequest {
  readonly path: string;
  readonly authorization: string | undefined;
}

export interface RegistryServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/`, with the trailing slash. */
  readonly url: string;
  readonly mode: ServerMode;
  readonly requests: SeenRequest[];
}

/**
 * An npm registry on the loopback interface that serves a closed world: full packuments with
 * `time`, tarballs, deprecations, attestations. Nothing else exists; every other address is 404.
 */
export async function serveRegistry(universe: Universe): Promise<RegistryServer> {
  const mode: ServerMode = {};
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? '', authorization: request.headers.authorization });
    setTimeout(() => answer(universe, mode, url(), request, response), mode.delay ?? 0);
  });
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: url(),
    mode,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(
  universe: Universe,
  mode: ServerMode,
  base: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (mode.broken === 'reset') {
    request.socket.destroy();
    return;
  }
  if (mode.broken === '500') return send(response, 500, { error: 'broken on purpose' });
  if (mode.token !== undefined && request.headers.authorization !== `Bearer ${mode.token}`) {
    return send(response, 401, { error: 'Unauthorized' });
  }
  const path = decodeURIComponent((request.url ?? '/').slice(1).split('?')[0] ?? '');
  const file = /^(?<name>.+)\/-\/(?:[^/]+)-(?<version>\d+\.\d+\.\d+[^/]*)\.tgz$/.exec(path)?.groups;
  const name = file?.['name'] ?? path;
  const versions = published(universe[name], mode.asOf);
  if (versions === undefined) return send(response, 404, { error: 'not_found' });
  if (mode.broken === 'garbage') {
    response.end('{"name": "half a pack');
    return;
  }
  if (file === undefined) return send(response, 200, packument(name, versions, base));
  const version = file['version'] ?? '';
  const found = versions[version];
  if (found === undefined) return send(response, 404, { error: 'not_found' });
  response.setHeader('content-type', 'application/octet-stream');
  response.end(pack(name, version, found, mode.tampered ? 'tampered' : ''));
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function published(versions: Universe[string] | undefined, asOf: string | undefined) {
  if (versions === undefined) return undefined;
  const entries = Object.entries(versions).filter(
    ([, one]) => asOf === undefined || one.published <= asOf,
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function manifest(name: string, version: string, entry: UniverseVersion) {
  const { published: _, provenance: __, files: ___, ...fields } = entry;
  return { name, version, license: 'MIT', ...fields };
}

function pack(name: string, version: string, entry: UniverseVersion, salt: string): Buffer {
  const { deprecated: _, ...packed } = manifest(name, version, entry);
  return tarball({
    'package.json': `${JSON.stringify(packed, null, 2)}\n`,
    'index.js': `module.exports = '${name}@${version}';${salt}\n`,
    ...entry.files,
  });
}

function packument(name: string, versions: Universe[string], base: string) {
  const numbers = Object.keys(versions);
  const time: Record<string, string> = {};
  const full: Record<string, unknown> = {};
  for (const [version, entry] of Object.entries(versions)) {
    time[version] = entry.published;
    const bytes = pack(name, version, entry, '');
    const file = `${name.split('/').at(-1)}-${version}.tgz`;
    full[version] = {
      ...manifest(name, version, entry),
      ...(entry.scripts?.['install'] || entry.scripts?.['postinstall']
        ? { hasInstallScript: true }
        : {}),
      dist: {
        tarball: `${base}${name}/-/${file}`,
        shasum: createHash('sha1').update(bytes).digest('hex'),
        integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
        ...(entry.provenance
          ? {
              attestations: {
                url: `${base}-/npm/v1/attestations/${name}@${version}`,
                provenance: { predicateType: 'https://slsa.dev/provenance/v1' },
              },
            }
          : {}),
      },
    };
  }
  return {
    name,
    'dist-tags': { latest: numbers.at(-1) },
    time: { created: Object.values(time)[0], modified: Object.values(time).at(-1), ...time },
    versions: full,
  };
}
