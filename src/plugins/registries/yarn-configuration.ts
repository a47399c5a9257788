import { parse } from 'yaml';
import { guardYarnrc } from '../../platform/project-yarnrc.ts';
import { expand } from './expand.ts';

type Settings = Readonly<Record<string, unknown>>;

/**
 * Registries and credentials of `.yarnrc.yml` (yarnpkg.com/configuration/yarnrc) in the words of
 * npm's client. The user's own file is taken whole, the project's guarded; the project's wins.
 */
export function yarnRegistryOptions(
  files: { readonly home: string; readonly project: string },
  trusted: ReadonlySet<string>,
  environment: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const options: Record<string, string> = {};
  for (const text of [files.home, guardYarnrc(files.project, trusted).text]) {
    const settings = settingsOf(text);
    const server = stringOf(settings, 'npmRegistryServer', environment);
    if (server !== undefined) {
      options['registry'] = withSlash(server);
      Object.assign(options, credentials(server, settings, environment));
    }
    for (const [address, entry] of tables(settings['npmRegistries'])) {
      Object.assign(options, credentials(address, entry, environment));
    }
    for (const [scope, entry] of tables(settings['npmScopes'])) {
      const own = stringOf(entry, 'npmRegistryServer', environment);
      if (own !== undefined) options[`@${scope}:registry`] = withSlash(own);
      const address = own ?? options['registry'];
      if (address !== undefined) Object.assign(options, credentials(address, entry, environment));
    }
  }
  const server = environment['YARN_NPM_REGISTRY_SERVER'];
  if (server) {
    options['registry'] = withSlash(server);
    const token = environment['YARN_NPM_AUTH_TOKEN'];
    if (token) options[`${nerf(server)}:_authToken`] = token;
  }
  return options;
}

function credentials(
  address: string,
  settings: Settings,
  environment: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const token = stringOf(settings, 'npmAuthToken', environment);
  if (token) return { [`${nerf(address)}:_authToken`]: token };
  const ident = stringOf(settings, 'npmAuthIdent', environment);
  if (!ident) return {};
  // yarn takes `user:password` as well as its base64.
  const encoded = ident.includes(':') ? Buffer.from(ident).toString('base64') : ident;
  return { [`${nerf(address)}:_auth`]: encoded };
}

/** npm's key for credentials: the address without its scheme. */
function nerf(address: string): string {
  return withSlash(address.replace(/^[a-z]+:(?=\/\/)/i, ''));
}

function withSlash(address: string): string {
  return address.endsWith('/') ? address : `${address}/`;
}

function stringOf(
  settings: Settings,
  key: string,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const value = settings[key];
  return typeof value === 'string' ? expand(value, environment) : undefined;
}

function settingsOf(text: string): Settings {
  try {
    const value: unknown = parse(text, { maxAliasCount: 50 });
    return isTable(value) ? value : {};
  } catch {
    // yarn itself reports a file that it cannot read.
    return {};
  }
}

function tables(value: unknown): readonly (readonly [string, Settings])[] {
  return Object.entries(isTable(value) ? value : {}).flatMap(([key, entry]) =>
    isTable(entry) ? [[key, entry] as const] : [],
  );
}

function isTable(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
