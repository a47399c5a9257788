import type { SeverityLabel } from '../domain/advisory.ts';
import type { Environment } from '../domain/context.ts';
import { countsAsExposure, type FindingState } from '../domain/finding-state.ts';
import type { Reachability } from '../domain/reachability.ts';
import type { Band } from '../domain/risk.ts';

/** What findings are filtered by and counted by that has few values. */
export interface FacetValues {
  readonly state: FindingState;
  readonly band: Band;
  readonly severity: SeverityLabel;
  readonly reachability: Reachability['status'];
  readonly environment: Environment;
  readonly kev: boolean;
  readonly fixable: boolean;
}

export type FacetName = keyof FacetValues;

/**
 * The values of each facet. Their order is that of the function `finding_facet` in the database,
 * which makes one number of a row's values: a mixed-radix number with the first facet leading.
 */
export const FACETS: { readonly [Name in FacetName]: readonly FacetValues[Name][] } = {
  state: [
    'open',
    'in-progress',
    'awaiting-approval',
    'patched',
    'verified-closed',
    'accepted',
    'not-affected',
    'reopened',
  ],
  band: ['act', 'attend', 'track'],
  severity: ['critical', 'high', 'medium', 'low', 'none', 'unknown'],
  reachability: ['reachable', 'not-reachable', 'unknown'],
  environment: ['production', 'staging', 'test', 'development'],
  kev: [false, true],
  fixable: [false, true],
};

export const FACET_NAMES = Object.keys(FACETS) as readonly FacetName[];

const EXPOSED: readonly FindingState[] = FACETS.state.filter(countsAsExposure);

/** Which values are wanted; what is absent may have any. */
export type FacetFilter = {
  readonly [Name in FacetName]?: readonly FacetValues[Name][];
};

/** The number that a finding with these values has in column `facet`. */
export function facetOf(values: FacetValues): number {
  return FACET_NAMES.reduce((code, name) => {
    const all: readonly unknown[] = FACETS[name];
    return code * all.length + all.indexOf(values[name]);
  }, 0);
}

/** The values behind a number of column `facet`. */
export function facetValues(facet: number): FacetValues {
  const values: Record<string, unknown> = {};
  let rest = facet;
  for (const name of FACET_NAMES.toReversed()) {
    const all = FACETS[name];
    values[name] = all[rest % all.length];
    rest = Math.floor(rest / all.length);
  }
  return values as unknown as FacetValues;
}

/** Of these facets the ones that a filter wants. */
export function wantedFacets(filter: FacetFilter, facets: readonly number[]): readonly number[] {
  return facets.filter((facet) => isWanted(filter, facetValues(facet)));
}

/** Whether a filter wants these values, with one facet of it left out of account. */
export function isWanted(filter: FacetFilter, values: FacetValues, except?: FacetName): boolean {
  return FACET_NAMES.every((name) => {
    const wanted: readonly unknown[] | undefined = filter[name];
    return wanted === undefined || name === except || wanted.includes(values[name]);
  });
}

/** States that count as exposure, of those asked for. */
export function exposedStates(
  states: readonly FindingState[] | undefined,
): readonly FindingState[] {
  return states === undefined ? EXPOSED : states.filter(countsAsExposure);
}
