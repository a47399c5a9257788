import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import { FACETS, type FacetValues, facetOf, facetValues, wantedFacets } from './finding-facets.ts';

const values: fc.Arbitrary<FacetValues> = fc.record({
  state: fc.constantFrom(...FACETS.state),
  band: fc.constantFrom(...FACETS.band),
  severity: fc.constantFrom(...FACETS.severity),
  reachability: fc.constantFrom(...FACETS.reachability),
  environment: fc.constantFrom(...FACETS.environment),
  kev: fc.boolean(),
  fixable: fc.boolean(),
});

it('gives the values back', () => {
  fc.assert(
    fc.property(values, (one) => {
      expect(facetValues(facetOf(one))).toEqual(one);
    }),
  );
});

it('gives all combinations different numbers', () => {
  const sizes = Object.values(FACETS).map((all) => all.length);
  const combinations = sizes.reduce((product, size) => product * size, 1);
  const numbers = Array.from({ length: combinations }, (_, facet) => facetOf(facetValues(facet)));
  expect(numbers).toEqual(numbers.map((_, index) => index));
});

it('is the number that the database gives', async () => {
  await using database = await testStore();
  const all = Array.from({ length: 6912 }, (_, facet) => ({ facet, ...facetValues(facet) }));
  const { rows } = await sql<{ facet: number; theirs: number }>`
    select facet, finding_facet(state, band, severity, reachability, environment, kev, fixable) as theirs
    from jsonb_to_recordset(${JSON.stringify(all)}::jsonb) as given(facet int, state text, band text,
      severity text, reachability text, environment text, kev boolean, fixable boolean)
  `.execute(database.store);
  expect(rows).toHaveLength(all.length);
  expect(rows.filter(({ facet, theirs }) => facet !== theirs)).toEqual([]);
});

it('wants what has one of the values in every facet asked for', () => {
  const act: FacetValues = {
    state: 'open',
    band: 'act',
    severity: 'high',
    reachability: 'reachable',
    environment: 'production',
    kev: true,
    fixable: true,
  };
  const track: FacetValues = { ...act, band: 'track', kev: false };
  const facets = [facetOf(act), facetOf(track)];
  expect(wantedFacets({}, facets)).toEqual(facets);
  expect(wantedFacets({ band: ['act', 'attend'] }, facets)).toEqual([facetOf(act)]);
  expect(wantedFacets({ kev: [false] }, facets)).toEqual([facetOf(track)]);
  expect(wantedFacets({ kev: [false], band: ['act'] }, facets)).toEqual([]);
  expect(wantedFacets({ band: [] }, facets)).toEqual([]);
});
