import { parseAllDocuments } from 'yaml';
import { messageOf, SutureError } from '../../../domain/error.ts';

/** Who requires a package in a pnpm lockfile, and what it got. */
export interface Dependent {
  /** Importer path (`.`, `packages/a`) or name and version of a package. */
  readonly importer?: string;
  readonly parent?: { readonly name: string; readonly version: string };
  /** The name it is required under. */
  readonly key: string;
  /** What it resolved to. */
  readonly name: string;
  readonly version: string;
}

type Table = Readonly<Record<string, unknown>>;

const SECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies'];

/**
 * The dependency edges of `pnpm-lock.yaml`, versions 5 to 9 (pnpm/spec, lockfile/*.md): importers
 * with their requirements, packages (`snapshots` from 9 on) with theirs. Links and files are left
 * out: no registry version is behind them.
 *
 * @throws SutureError `lockfile-corrupt`
 */
export function dependentsOf(text: string, file: string): readonly Dependent[] {
  const lock = projectDocument(text, file);
  const importers = isTable(lock['importers']) ? lock['importers'] : { '.': lock };
  const dependents: Dependent[] = [];
  for (const [importer, entry] of tables(importers)) {
    for (const [key, value] of requirements(entry)) {
      const reference = isTable(value) ? value['version'] : value;
      const found = resolved(key, reference);
      if (found) dependents.push({ importer, key, ...found });
    }
  }
  const packages = isTable(lock['snapshots']) ? lock['snapshots'] : lock['packages'];
  for (const [id, entry] of tables(packages)) {
    const parent = identity(id);
    if (!parent) continue;
    for (const [key, reference] of requirements(entry)) {
      const found = resolved(key, reference);
      if (found) dependents.push({ parent, key, ...found });
    }
  }
  return dependents;
}

/** `5.4`, `6.0`, `9.0`; as written. */
export function lockfileVersion(text: string): string {
  return /^lockfileVersion:\s*['"]?(?<version>[\d.]+)/m.exec(text)?.groups?.['version'] ?? '';
}

/** pnpm ≥ 11 may put a document of its own before the project's. */
function projectDocument(text: string, file: string): Table {
  try {
    const documents = parseAllDocuments(text);
    const last = 'empty' in documents ? undefined : documents.at(-1);
    const error = last?.errors[0];
    if (error) throw error;
    const value: unknown = last?.toJS({ maxAliasCount: 0 });
    if (isTable(value)) return value;
  } catch (error) {
    throw corrupt(file, messageOf(error));
  }
  throw corrupt(file, 'it is no mapping');
}

function corrupt(file: string, why: string): SutureError {
  return new SutureError('lockfile-corrupt', `${file} cannot be read: ${why.split('\n')[0]}`, {
    remedy: 'Repair it, or delete it and let pnpm write it anew.',
  });
}

function requirements(entry: Table): readonly (readonly [string, unknown])[] {
  return SECTIONS.flatMap((section) => Object.entries(entry[section] ?? {}));
}

/** `1.0.1(peer@2)`, `leaf@1.0.1`, `/leaf@1.0.1`, `/leaf/1.0.1_peer@2` → what is meant. */
function resolved(key: string, reference: unknown) {
  if (typeof reference !== 'string' || /^(?:link|file|workspace):/.test(reference))
    return undefined;
  const plain = /^(?<version>\d[^(_]*)/.exec(reference)?.groups?.['version'];
  return plain === undefined ? identity(reference) : { name: key, version: plain };
}

function identity(id: string): { name: string; version: string } | undefined {
  const groups = /^\/?(?<name>(?:@[^/]+\/)?[^/@]+)[@/](?<version>\d[^(_]*)/.exec(id)?.groups;
  const { name, version } = groups ?? {};
  return name === undefined || version === undefined ? undefined : { name, version };
}

function tables(value: unknown): readonly (readonly [string, Table])[] {
  return Object.entries(isTable(value) ? value : {}).flatMap(([key, entry]) =>
    isTable(entry) ? [[key, entry] as const] : [],
  );
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
