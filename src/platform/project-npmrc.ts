/**
 * What a repository may say in its own `.npmrc` while Suture works on it.
 *
 * A project's file is input from a stranger, yet npm and pnpm obey it as if a person had typed it:
 * `git=./evil.sh`, `script-shell`, `node-options`, `globalconfig`, `prefix`, `cache`, `store-dir`
 * and `virtual-store-dir` run programs or write outside the copy, and `strict-ssl=false`, `proxy`
 * or `cafile` open the connection that carries the user's token. So only keys that are known to be
 * harmless pass: which registry, with which of the project's *own* literal credentials, and how
 * the tree is laid out. Everything else is dropped.
 *
 * Environment variables: `${NPM_TOKEN}` in a project's file would send the user's secret to any
 * host that the same file names. It passes only as a credential of a host that the user's own
 * configuration names (`trustedHosts`), and nowhere else.
 */
export function guardNpmrc(text: string, trustedHosts: ReadonlySet<string>): GuardedText {
  const kept: string[] = [];
  const dropped: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    const at = trimmed.indexOf('=');
    const key = (at < 0 ? trimmed : trimmed.slice(0, at)).trim().replace(/^"(.*)"$/, '$1');
    const value = at < 0 ? '' : trimmed.slice(at + 1);
    if (isAllowed(key, value, trustedHosts)) kept.push(trimmed);
    else dropped.push(key);
  }
  return { text: kept.length === 0 ? '' : `${kept.join('\n')}\n`, dropped };
}

export interface GuardedText {
  readonly text: string;
  /** Names of the settings that were left out; never their values. */
  readonly dropped: readonly string[];
}

/** The key/value lines of a guarded `.npmrc`; quotes around a value are taken off. */
export function npmrcEntries(text: string): readonly (readonly [string, string])[] {
  return text
    .split('\n')
    .filter((line) => line.includes('='))
    .map((line) => {
      const at = line.indexOf('=');
      const value = line
        .slice(at + 1)
        .trim()
        .replace(/^(["'])(.*)\1$/, '$2');
      return [line.slice(0, at).trim(), value] as const;
    });
}

const EXPANSION = /\$\{/;
const CREDENTIAL = /^\/\/(?<host>[^/]+)\/.*:(?:_authToken|_auth|_password|username|email)$/;
const REGISTRY = /^(?:@[^:]+:)?registry$/;

/** Settings that shape the tree or the lockfile and can neither run nor reach anything. */
const LAYOUT = new Set([
  'auto-install-peers',
  'dedupe-direct-deps',
  'dedupe-injected-deps',
  'dedupe-peer-dependents',
  'engine-strict',
  'exclude-links-from-lockfile',
  'force-legacy-deploy',
  'hoist',
  'hoist-pattern',
  'hoist-workspace-packages',
  'ignore-dep-scripts',
  'inject-workspace-packages',
  'install-links',
  'install-strategy',
  'legacy-peer-deps',
  'link-workspace-packages',
  'lockfile-include-tarball-url',
  'minimum-release-age',
  'node-linker',
  'node-version',
  'omit-lockfile-registry-resolved',
  'peers-suffix-max-length',
  'prefer-dedupe',
  'prefer-workspace-packages',
  'public-hoist-pattern',
  'replace-registry-host',
  'resolution-mode',
  'resolve-peers-from-workspace-root',
  'save-exact',
  'save-prefix',
  'save-workspace-protocol',
  'shamefully-hoist',
  'shared-workspace-lockfile',
  'strict-peer-dependencies',
  'strict-peer-deps',
]);

function isAllowed(key: string, value: string, trustedHosts: ReadonlySet<string>): boolean {
  const credential = CREDENTIAL.exec(key)?.groups?.['host'];
  if (EXPANSION.test(key)) return false;
  if (credential !== undefined) return !EXPANSION.test(value) || trustedHosts.has(credential);
  if (EXPANSION.test(value)) return false;
  // ini writes lists as `key[]`.
  return REGISTRY.test(key) || LAYOUT.has(key.replace(/\[\]$/, ''));
}
