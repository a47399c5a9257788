import { messageOf, SutureError } from '../../../domain/error.ts';
import type { Problem } from '../../../domain/problem.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import type { Requirements } from './graph-parts.ts';
import {
  field,
  isObject,
  type JsonObject,
  objectField,
  parseJson,
  textEntries,
  textField,
} from './json-text.ts';

/** What is read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly requirements: Requirements;
  /** Glob patterns of workspace members. */
  readonly workspaces: readonly string[];
  readonly json: JsonObject;
}

/** Reads a package.json; `undefined` when there is none or it is broken, which is a problem. */
export async function readManifest(
  path: string,
  tree: SourceTree,
  problems: Problem[],
): Promise<Manifest | undefined> {
  try {
    const text = await tree.read(path);
    if (text === undefined) return undefined;
    return manifestOf(parseJson(text, path, 'git checkout package.json'));
  } catch (error) {
    problems.push({
      severity: 'error',
      file: path,
      ...(error instanceof SutureError && error.line !== undefined ? { line: error.line } : {}),
      message: messageOf(error),
    });
    return undefined;
  }
}

function manifestOf(json: JsonObject): Manifest {
  return {
    name: textField(json, 'name') ?? '',
    version: textField(json, 'version') ?? '',
    requirements: requirementsIn(json),
    workspaces: workspacePatterns(field(json, 'workspaces')),
    json,
  };
}

/** The requirement fields of a manifest, or of a lockfile entry that copies them. */
export function requirementsIn(json: JsonObject, development = true): Requirements {
  return {
    dependencies: textEntries(objectField(json, 'dependencies')),
    optionalDependencies: textEntries(objectField(json, 'optionalDependencies')),
    peerDependencies: textEntries(objectField(json, 'peerDependencies')),
    devDependencies: development ? textEntries(objectField(json, 'devDependencies')) : [],
  };
}

/** A list, or yarn's object with `packages`. */
export function workspacePatterns(value: unknown): string[] {
  const list = isObject(value) ? field(value, 'packages') : value;
  return Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [];
}
