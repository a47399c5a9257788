import semver from 'semver';
import type { BreakageSign } from '../../../domain/remedy.ts';
import { type Bump, Side, type Trouble } from './bump.ts';
import { loadingTrouble } from './loading.ts';
import { readManifest } from './manifest.ts';
import { arityTrouble, removalTrouble } from './removal.ts';
import { WEIGHT } from './weights.ts';

export type { Bump } from './bump.ts';

/** Uses looked at per bump; the rest of a very large project adds places, not signs. */
const MAX_USES = 5_000;
const SHOWN_PLACES = 3;

/**
 * Reasons why a version bump may break the project, from package contents alone, before anything is
 * run. A sign is a suspicion: static reading lists some removals that are none, so each says "may"
 * by its weight, and the sandbox confirms. `await loadParser()` once before the first call.
 *
 * @returns at most one sign per kind, heaviest first; none is no proof of safety
 */
export function breakageSigns(bump: Bump): readonly BreakageSign[] {
  const signs = [majorSign(bump), engineSign(bump), peerSign(bump), installScriptSign(bump)];
  const found = [...signs.filter((sign) => sign !== undefined), ...useSigns(bump)];
  return found.toSorted((a, b) => b.weight - a.weight);
}

type Plain = (bump: Bump) => BreakageSign | undefined;

/** Semantic Versioning 2.0.0, items 4 and 8; below 1.0.0 the minor counts, as `^` reads it. */
const majorSign: Plain = ({ package: name, from, to }) => {
  const [a, b] = [semver.parse(from.version), semver.parse(to.version)];
  if (a === null || b === null) return undefined;
  const crossed = a.major !== b.major || (a.major === 0 && a.minor !== b.minor);
  if (!crossed) return undefined;
  const message = `${from.version} → ${to.version} is a step that may break what depends on it`;
  return { kind: 'major', package: name, message, weight: WEIGHT.major };
};

const engineSign: Plain = ({ package: name, from, to, nodeFloor }) => {
  const range = to.engines['node'];
  if (nodeFloor === undefined || range === undefined || semver.validRange(range) === null)
    return undefined;
  const before = from.engines['node'];
  const ranBefore = before === undefined || semver.satisfies(nodeFloor, before);
  if (!ranBefore || semver.satisfies(nodeFloor, range)) return undefined;
  const message = `asks for Node ${range}, and the project runs on ${nodeFloor}`;
  return { kind: 'engines', package: name, message, weight: WEIGHT.engines };
};

const peerSign: Plain = ({ package: name, from, to, toFiles, installed }) => {
  const { optionalPeers } = readManifest(toFiles);
  const unmet = Object.entries(to.peerDependencies).flatMap(([peer, range]) => {
    const versions = installed.get(peer) ?? [];
    const met = (wanted: string | undefined) =>
      wanted !== undefined && versions.some((version) => semver.satisfies(version, wanted));
    const before = from.peerDependencies[peer];
    if (met(range)) return [];
    if (versions.length === 0) {
      return before === undefined && !optionalPeers.has(peer)
        ? [`${peer} ${range}, which is not installed`]
        : [];
    }
    // A peer that did not fit the old version either is no news.
    return before === undefined || met(before)
      ? [`${peer} ${range}, and ${versions.join(' and ')} is installed`]
      : [];
  });
  if (unmet.length === 0) return undefined;
  const message = `asks for the peer ${unmet.join('; ')}`;
  return { kind: 'peer', package: name, message, weight: WEIGHT.peer };
};

const installScriptSign: Plain = ({ package: name, from, to }) => {
  if (!to.hasInstallScript || from.hasInstallScript) return undefined;
  const message = 'runs a script when it is installed, which the old version did not';
  return { kind: 'install-script', package: name, message, weight: WEIGHT.installScript };
};

function useSigns(bump: Bump): readonly BreakageSign[] {
  const before = new Side(bump.fromFiles);
  const after = new Side(bump.toFiles);
  const uses = bump.uses.slice(0, MAX_USES);
  const troubles = uses.flatMap((use) => {
    const loading =
      use.kind === 'load' ? loadingTrouble(use, uses, before, after, bump.nodeFloor) : undefined;
    const found = [loading, removalTrouble(use, before, after), arityTrouble(use, before, after)];
    return found.filter((trouble) => trouble !== undefined);
  });
  const kinds = Map.groupBy(troubles, ({ kind }) => kind);
  return [...kinds].map(([kind, list]) => ({
    kind,
    package: bump.package,
    message: told(list),
    weight: Math.max(...list.map(({ weight }) => weight)),
  }));
}

/** `no longer exports a (src/x.js:1, src/y.js:2 and 3 more); no longer exports b (src/x.js:9)`. */
function told(troubles: readonly Trouble[]): string {
  const byWhat = Map.groupBy(troubles, ({ what }) => what);
  return [...byWhat]
    .map(([what, list]) => {
      const places = [...new Set(list.map(({ place }) => place))];
      const more = places.length - SHOWN_PLACES;
      const shown = places.slice(0, SHOWN_PLACES).join(', ');
      return `${what} (${shown}${more > 0 ? ` and ${more} more` : ''})`;
    })
    .join('; ');
}
