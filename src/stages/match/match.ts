import type { PackageAdvisory } from '../../domain/advisory.ts';
import type { Component } from '../../domain/component.ts';
import type { MatchedFinding } from '../../domain/finding.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { AdvisoryIndex } from '../../ports/advisory-index.ts';
import type { Ecosystem } from '../../ports/ecosystem.ts';
import { affectedBy, type Compare } from './affected.ts';

export { affectedBy } from './affected.ts';

/** What matching needs of an ecosystem: its name in OSV and its ordering of versions. */
export type VersionOrder = Pick<Ecosystem, 'osvName' | 'compare'>;

/**
 * The vulnerable components of an asset: one finding for each component and vulnerability, however
 * many records tell of it. In the order of the components, then of the advisories' ids.
 *
 * A component without a version is skipped: there is nothing to compare (discovery says so).
 */
export function matchComponents(
  assetId: string,
  components: readonly Component[],
  index: AdvisoryIndex,
  ecosystems: readonly VersionOrder[],
): readonly MatchedFinding[] {
  const compares = new Map(ecosystems.map(({ osvName, compare }) => [osvName, compare]));
  return components.flatMap((component) => {
    const compare = compares.get(component.ecosystem);
    if (compare === undefined || component.version === '') return [];
    return findingsOf(
      assetId,
      component,
      index.affecting(component.ecosystem, component.name),
      compare,
    );
  });
}

function findingsOf(
  assetId: string,
  component: Component,
  advisories: readonly PackageAdvisory[],
  compare: Compare,
): MatchedFinding[] {
  const findings: MatchedFinding[] = [];
  for (const advisory of advisories) {
    const match = affectedBy(component.version, advisory, compare, grammarOf(component.ecosystem));
    if (match === undefined) continue;
    findings.push({
      id: fingerprint([assetId, component.purl, advisory.id]),
      component,
      advisory,
      match,
      fixedIn: fixesFor(component.version, advisory, compare),
    });
  }
  return findings.sort(({ advisory: a }, { advisory: b }) => (a.id < b.id ? -1 : 1));
}

/**
 * Versions above this one at which some record that affects it says the vulnerability ends, lowest
 * first. A version that any record still calls affected ends nothing.
 */
export function fixesFor(
  version: string,
  advisory: Pick<PackageAdvisory, 'affected'>,
  compare: Compare,
): readonly string[] {
  const fixes = new Set<string>();
  for (const entry of advisory.affected) {
    if (affectedBy(version, { affected: [entry] }, compare) === undefined) continue;
    for (const range of entry.ranges) {
      if (range.type === 'GIT') continue;
      for (const event of range.events) {
        if ('fixed' in event && compare(event.fixed, version) > 0) fixes.add(event.fixed);
      }
    }
  }
  return [...fixes].filter((fix) => affectedBy(fix, advisory, compare) === undefined).sort(compare);
}

/** The ordering each ecosystem's versions follow. */
function grammarOf(ecosystem: string): string {
  return ecosystem === 'npm' || ecosystem === 'crates.io' ? 'semver' : ecosystem;
}
