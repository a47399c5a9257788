import { parseDocument } from 'yaml';
import type { GuardedText } from './project-npmrc.ts';

/**
 * What a repository may say in its own `.yarnrc.yml`: the same rules as {@link guardNpmrc}. Left
 * out above all: `yarnPath` and `plugins`, JavaScript of the repository that yarn loads before it
 * does anything; `injectEnvironmentFiles`; proxies and TLS settings, which could tap the user's
 * token; cache and global folders outside the copy; `approvedGitRepositories` and `enableScripts`,
 * which let dependencies run code while they are fetched.
 */
export function guardYarnrc(text: string, trustedHosts: ReadonlySet<string>): GuardedText {
  const document = parseDocument(text);
  const settings: unknown = document.errors.length > 0 ? {} : document.toJS({ maxAliasCount: 50 });
  const dropped: string[] = [];
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(isRecord(settings) ? settings : {})) {
    if (REGISTRY_KEYS.has(key))
      kept[key] = withoutStrangeSecrets(key, value, trustedHosts, dropped);
    else if (LAYOUT.has(key) && !JSON.stringify(value).includes('${')) kept[key] = value;
    else dropped.push(key);
  }
  // A top-level token goes to whichever registry the same file names.
  const server = kept['npmRegistryServer'];
  if (typeof server === 'string' && !trustedHosts.has(hostOf(server))) {
    dropExpansions(kept, ['npmAuthToken', 'npmAuthIdent'], dropped);
  }
  return { text: JSON.stringify(kept), dropped };
}

/** Settings that name registries and credentials. */
const REGISTRY_KEYS = new Set([
  'npmRegistryServer',
  'npmAlwaysAuth',
  'npmAuthToken',
  'npmAuthIdent',
  'npmScopes',
  'npmRegistries',
]);

const LAYOUT = new Set([
  'cacheMigrationMode',
  'catalog',
  'catalogs',
  'checksumBehavior',
  'compressionLevel',
  'defaultProtocol',
  'defaultSemverRangePrefix',
  'enableInlineBuilds',
  'enableTransparentWorkspaces',
  'nmHoistingLimits',
  'nmSelfReferences',
  'nodeLinker',
  'npmMinimalAgeGate',
  'npmPreapprovedPackages',
  'packageExtensions',
  'pnpEnableEsmLoader',
  'pnpFallbackMode',
  'pnpIgnorePatterns',
  'pnpMode',
  'preferReuse',
  'supportedArchitectures',
  'winLinkType',
]);

/** Takes `${…}` out of registry settings wherever it would go to a host the user never named. */
function withoutStrangeSecrets(
  key: string,
  value: unknown,
  trustedHosts: ReadonlySet<string>,
  dropped: string[],
): unknown {
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([name, entry]) => {
    if (!isRecord(entry)) return [name, entry];
    const copy = { ...entry };
    const server = key === 'npmRegistries' ? name : copy['npmRegistryServer'];
    const trusted = typeof server === 'string' && trustedHosts.has(hostOf(server));
    if (!trusted) dropExpansions(copy, Object.keys(copy), dropped);
    return [name, copy];
  });
  return Object.fromEntries(entries);
}

function dropExpansions(
  record: Record<string, unknown>,
  keys: readonly string[],
  dropped: string[],
): void {
  for (const key of keys) {
    const value = record[key];
    if (typeof value === 'string' && value.includes('${')) {
      delete record[key];
      dropped.push(key);
    }
  }
}

/** `https://host:1/path` and `//host:1/path` → `host:1`. */
function hostOf(address: string): string {
  return /^(?:[a-z]+:)?\/\/(?:[^/@]*@)?(?<host>[^/]+)/i.exec(address)?.groups?.['host'] ?? '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
