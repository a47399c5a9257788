import semver from 'semver';
import type { SourceTree } from '../../ports/source-tree.ts';

/** The lowest Node version the project has to run on, and where that is written. */
export interface NodeFloor {
  readonly version: string;
  readonly source: string;
  /** What was written, where that is older than anything that is still repaired. */
  readonly written?: string;
}

/**
 * The oldest Node that anyone still repairs: Debian 12's, until June 2028. A project that once said
 * `>=0.8` is on a newer one, or has a worse hole than those that a newer package would close.
 */
const OLDEST_REPAIRED = '18.20.0';

/**
 * Reads what the project runs on: a pinned version (`.nvmrc`, `.node-version`, volta) says what
 * really runs, so it wins over `engines.node`, of which the lowest version counts, or the oldest
 * that is still repaired where the range admits that.
 *
 * @param directory of the lockfile, relative to the asset's root; empty for the root
 */
export async function nodeFloor(
  tree: SourceTree,
  directory: string,
): Promise<NodeFloor | undefined> {
  const at = (file: string) => (directory === '' ? file : `${directory}/${file}`);
  for (const file of ['.nvmrc', '.node-version']) {
    const pinned = lowest((await tree.read(at(file)))?.trim());
    if (pinned !== undefined) return { version: pinned, source: at(file) };
  }
  const manifest = readObject(await tree.read(at('package.json')));
  const volta = lowest(textAt(manifest['volta'], 'node'));
  if (volta !== undefined) return { version: volta, source: `${at('package.json')} volta` };
  const range = textAt(manifest['engines'], 'node');
  const engines = lowest(range);
  if (range === undefined || engines === undefined) return undefined;
  const source = `${at('package.json')} engines`;
  return semver.major(engines) < semver.major(OLDEST_REPAIRED) &&
    semver.satisfies(OLDEST_REPAIRED, range)
    ? { version: OLDEST_REPAIRED, source, written: engines }
    : { version: engines, source };
}

/** Whether a package with these `engines` runs on the floor. Without a word it does. */
export function runsOn(floor: NodeFloor, engines: Readonly<Record<string, string>>): boolean {
  return admitsNode(engines, floor.version);
}

/** `18.19.0 (.nvmrc)` */
export function floorInWords({ version, source, written }: NodeFloor): string {
  if (written === undefined) return `${version} (${source})`;
  return `${written} (${source}), of which ${version} is the oldest that anyone still repairs`;
}

/** Whether the package ends support for versions that the project's manifest still promises. */
export function endsPromise(
  floor: NodeFloor,
  engines: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): boolean {
  const { written } = floor;
  return written !== undefined && !admitsNode(engines, written) && admitsNode(before, written);
}

function admitsNode(engines: Readonly<Record<string, string>>, version: string): boolean {
  const range = engines['node'];
  if (range === undefined || semver.validRange(range) === null) return true;
  return semver.satisfies(version, range);
}

function lowest(range: string | undefined): string | undefined {
  if (range === undefined || semver.validRange(range) === null) return undefined;
  const version = semver.minVersion(range)?.version;
  return version === '0.0.0' ? undefined : version;
}

function readObject(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // A broken manifest is discovery's to report; here it only means that nothing is declared.
    return {};
  }
}

function textAt(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = (value as Record<string, unknown>)[key];
  return typeof found === 'string' ? found : undefined;
}
