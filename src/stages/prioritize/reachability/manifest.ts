/** What resolution and scripts need of a `package.json`. */
export interface Manifest {
  readonly name?: string;
  readonly main?: string;
  readonly module?: string;
  readonly browser?: string;
  readonly exports?: unknown;
  readonly imports?: unknown;
  /** Command to file. */
  readonly bin: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  /** Everything that is not a list of dependencies, for strings that name a package. */
  readonly rest: unknown;
}

const DEPENDENCY_FIELDS = new Set([
  'name',
  'version',
  'description',
  'keywords',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bundledDependencies',
  'bundleDependencies',
  'overrides',
  'resolutions',
  'engines',
  'scripts',
  'repository',
  'author',
  'contributors',
  'license',
  'homepage',
  'bugs',
  'files',
  'workspaces',
]);

/** Reads a manifest leniently; `undefined` when it is no JSON object. */
export function readManifest(text: string | undefined): Manifest | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields = value as Record<string, unknown>;
  const pnpm = fields['pnpm'];
  const rest = Object.entries(fields).filter(
    ([key, entry]) => !DEPENDENCY_FIELDS.has(key) && entry !== pnpm,
  );
  return {
    ...textOf(fields, 'name'),
    ...textOf(fields, 'main'),
    ...textOf(fields, 'module'),
    ...textOf(fields, 'browser'),
    ...('exports' in fields ? { exports: fields['exports'] } : {}),
    ...('imports' in fields ? { imports: fields['imports'] } : {}),
    bin: binOf(fields),
    scripts: stringsOf(fields['scripts']),
    rest: Object.fromEntries(rest),
  };
}

function textOf<K extends string>(
  fields: Record<string, unknown>,
  key: K,
): { readonly [P in K]?: string } {
  const value = fields[key];
  return typeof value === 'string' ? ({ [key]: value } as { [P in K]: string }) : {};
}

function binOf(fields: Record<string, unknown>): Record<string, string> {
  const { bin, name } = fields;
  if (typeof bin !== 'string') return stringsOf(bin);
  return typeof name === 'string' ? { [name.split('/').at(-1) ?? name]: bin } : {};
}

function stringsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value);
  return Object.fromEntries(entries.filter((entry) => typeof entry[1] === 'string'));
}
