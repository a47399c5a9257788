import type { PublishedVersion } from '../../ports/package-registry.ts';
import { isBundled, labelOf, type PackageGroup } from './graph-view.ts';
import { movesTo } from './moves.ts';
import type { Cause } from './rejection.ts';
import type { Search } from './search.ts';
import { cheapest, joinWays, type Way } from './step.ts';
import { breakingLine } from './version-step.ts';

/** Tarballs of the bundling package that are opened at most, because they tend to be large. */
const OPENED = 4;

/** How far up bundled copies may hang below one another. */
const MAX_HOPS = 20;

/** Ways for a copy that is packed inside others: all of those have to be upgraded. */
export async function bundledWays(search: Search, group: PackageGroup): Promise<readonly Way[]> {
  let joined: readonly Way[] = [{ steps: [] }];
  for (const bundler of bundlersOf(search, group)) {
    const ways = await upgradesOf(search, bundler, group);
    joined = cheapest(
      joined.flatMap((one) =>
        ways.flatMap((other) => {
          const both = joinWays([one, other]);
          return both === undefined ? [] : [both];
        }),
      ),
    );
  }
  return joined.filter(({ steps }) => steps.length > 0);
}

/** The packages whose tarballs hold the copy. */
function bundlersOf(search: Search, group: PackageGroup): readonly PackageGroup[] {
  const found = new Set<PackageGroup>();
  let level: readonly PackageGroup[] = [group];
  for (let hop = 0; hop < MAX_HOPS && level.length > 0; hop += 1) {
    const parents = new Set<PackageGroup>();
    for (const { from } of level.flatMap(({ inEdges }) => inEdges)) {
      const parent =
        from.workspace === undefined ? search.world.view.groups.get(from.group) : undefined;
      if (parent === undefined) continue;
      if (isBundled(parent)) parents.add(parent);
      else found.add(parent);
    }
    level = [...parents];
  }
  return [...found];
}

async function upgradesOf(
  search: Search,
  bundler: PackageGroup,
  group: PackageGroup,
): Promise<readonly Way[]> {
  const answer = await search.world.packuments.get(bundler.name);
  if (answer.status !== 'known') return [];
  const ways: Way[] = [];
  for (const published of openingOrder(search.higher(bundler))) {
    const judgement = await search.judge(bundler, published);
    const refuse = (cause: Cause, why: string) =>
      search.reject({
        kind: 'parent-upgrade',
        package: bundler.name,
        to: published.version,
        why,
        cause,
      });
    if (!judgement.usable) {
      refuse(judgement.rule, judgement.why);
      continue;
    }
    const inside = await bundledVersions(search, bundler.name, published.version, group.name);
    const now = search.world.vulnerabilities.of(group.name, group.version);
    const bad = inside.find((version) =>
      [...search.world.vulnerabilities.of(group.name, version)].some((id) => now.has(id)),
    );
    if (bad !== undefined) {
      refuse('bundled', `still packs ${labelOf(group.name, bad)}`);
      continue;
    }
    ways.push(...(await movesTo(search, bundler, { published, judgement }, [group])));
    if (ways.length > 0) break;
  }
  return ways;
}

/** The newest of each line, nearest line first: what is packed was chosen on the day of the release. */
function openingOrder(higher: readonly PublishedVersion[]): readonly PublishedVersion[] {
  const newest = new Map<string, PublishedVersion>();
  for (const published of higher) newest.set(breakingLine(published.version), published);
  return [...newest.values()].slice(0, OPENED);
}

async function bundledVersions(
  search: Search,
  bundler: string,
  version: string,
  name: string,
): Promise<readonly string[]> {
  const files = await search.world.registry.contents(bundler, version);
  const versions: string[] = [];
  for (const [path, text] of files) {
    if (!path.endsWith(`node_modules/${name}/package.json`)) continue;
    const found = /"version"\s*:\s*"([^"]+)"/.exec(text)?.[1];
    if (found !== undefined) versions.push(found);
  }
  return versions;
}
