import type { Component } from '../../domain/component.ts';
import type { MatchedFinding } from '../../domain/finding.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { canonicalPackageName } from '../../domain/package-name.ts';
import type { AdvisoryIndex, ChangedPackage } from '../../ports/advisory-index.ts';
import { affectedBy } from './affected.ts';
import type { VersionOrder } from './match.ts';

/**
 * Those components that an advisory which changed affects now. What it affected before, and does
 * not any more, is told by the findings that stand recorded.
 *
 * @param changed may name other packages too
 */
export function newlyAffected<C extends Pick<Component, 'ecosystem' | 'name' | 'version'>>(
  components: readonly C[],
  changed: readonly ChangedPackage[],
  index: Pick<AdvisoryIndex, 'affecting'>,
  ecosystems: readonly VersionOrder[],
): readonly C[] {
  const compares = new Map(ecosystems.map(({ osvName, compare }) => [osvName, compare]));
  const byPackage = Map.groupBy(components, ({ ecosystem, name }) => keyOf(ecosystem, name));
  return changed.flatMap(({ ecosystem, name, advisories }) => {
    const compare = compares.get(ecosystem);
    const versions = byPackage.get(keyOf(ecosystem, name)) ?? [];
    if (compare === undefined || versions.length === 0) return [];
    const ids = new Set(advisories);
    const changedOnes = index
      .affecting(ecosystem, name)
      .filter(({ id, aliases, affected }) =>
        [id, ...aliases, ...affected.map(({ record }) => record)].some((each) => ids.has(each)),
      );
    return versions.filter(
      ({ version }) =>
        version !== '' &&
        changedOnes.some((advisory) => affectedBy(version, advisory, compare) !== undefined),
    );
  });
}

/**
 * A finding as it is on this asset, when it was matched for another one: inventories share their
 * parts, so a part is matched once and not once for each asset.
 */
export function findingOn(assetIdentity: string, finding: MatchedFinding): MatchedFinding {
  const { component, advisory } = finding;
  return { ...finding, id: fingerprint([assetIdentity, component.purl, advisory.id]) };
}

/** How many components are of ecosystems whose versions nothing can compare yet, by ecosystem. */
export function unmatchable(
  components: readonly Pick<Component, 'ecosystem'>[],
  ecosystems: readonly VersionOrder[],
): ReadonlyMap<string, number> {
  const known = new Set(ecosystems.map(({ osvName }) => osvName));
  const counts = new Map<string, number>();
  for (const { ecosystem } of components) {
    if (!known.has(ecosystem)) counts.set(ecosystem, (counts.get(ecosystem) ?? 0) + 1);
  }
  return counts;
}

function keyOf(ecosystem: string, name: string): string {
  return `${ecosystem}\t${canonicalPackageName(ecosystem, name)}`;
}
