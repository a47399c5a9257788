import { type RawBuilder, sql } from 'kysely';
import type { FindingState } from '../domain/finding-state.ts';
import type { Store } from './database.ts';
import { exposedStates, type FacetFilter } from './finding-facets.ts';
import { storable } from './storable.ts';

/** Which findings; what is absent narrows nothing. Values of one field are alternatives. */
export interface FindingFilter extends FacetFilter {
  /** Only what counts as exposure. Default: true, unless states are asked for. */
  readonly exposed?: boolean;
  readonly asset?: string;
  /** Exact name. */
  readonly package?: string;
  /** An advisory's id or any alias of it. */
  readonly advisory?: string;
  /** A remedy group, as {@link findingGroups} names them. */
  readonly group?: string;
  /** ISO date; due before that day. */
  readonly dueBefore?: string;
  /** ISO 8601. */
  readonly firstSeenAfter?: string;
  /** Words, each of which is somewhere in package, advisory ids or summary, in any case. */
  readonly text?: string;
}

/** A filter made ready for queries. */
export interface Selection {
  /** What is kept as a number in each row (`facet`), with `exposed` worked in. */
  readonly facets: FacetFilter;
  /** Rows of table `vulnerability` that findings may be about; absent: any. */
  readonly vulnerabilities?: readonly number[];
  readonly asset?: string;
  readonly dueBefore?: string;
  readonly firstSeenAfter?: string;
}

const LONGEST_TEXT = 100;

/** Looks up what a filter names: text, packages and advisories become rows of `vulnerability`. */
export async function select(db: Store, given: FindingFilter): Promise<Selection> {
  const filter = storable(given);
  const named = vulnerabilityConditions(filter);
  const ids = named.length === 0 ? undefined : await vulnerabilities(db, named);
  const { asset, dueBefore, firstSeenAfter } = filter;
  return {
    facets: facetFilter(filter),
    ...(ids !== undefined && { vulnerabilities: ids }),
    // An id that is no number is nobody's.
    ...(asset !== undefined && { asset: /^\d{1,18}$/.test(asset) ? asset : '0' }),
    ...(dueBefore !== undefined && { dueBefore }),
    ...(firstSeenAfter !== undefined && { firstSeenAfter }),
  };
}

function facetFilter(filter: FindingFilter): FacetFilter {
  const { band, severity, reachability, environment, kev, fixable } = filter;
  const state = wantedStates(filter);
  return {
    ...(state !== undefined && { state }),
    ...(band !== undefined && { band }),
    ...(severity !== undefined && { severity }),
    ...(reachability !== undefined && { reachability }),
    ...(environment !== undefined && { environment }),
    ...(kev !== undefined && { kev }),
    ...(fixable !== undefined && { fixable }),
  };
}

function wantedStates({ state, exposed }: FindingFilter): readonly FindingState[] | undefined {
  if (exposed ?? state === undefined) return exposedStates(state);
  return state;
}

function vulnerabilityConditions(filter: FindingFilter): readonly RawBuilder<unknown>[] {
  const { package: name, advisory, group, text = '' } = filter;
  const words = text.slice(0, LONGEST_TEXT).toLowerCase().split(/\s+/).filter(Boolean);
  return [
    ...(name === undefined ? [] : [sql`package = ${name}`]),
    ...(advisory === undefined
      ? []
      : [sql`(advisory_id = ${advisory} or aliases @> array[${advisory}]::text[])`]),
    ...(group === undefined ? [] : [sql`remedy_group = ${group}`]),
    ...words.map((word) => sql`strpos(search, ${word}) > 0`),
  ];
}

/** Ids of those that fulfil all conditions; `undefined` when every one does (text of one letter). */
async function vulnerabilities(
  db: Store,
  conditions: readonly RawBuilder<unknown>[],
): Promise<readonly number[] | undefined> {
  const { rows } = await sql<{ ids: number[] | null; all: boolean }>`
    select array_agg(id) as ids, count(*) > 0 and count(*) = (select count(*) from vulnerability) as all
    from vulnerability where ${sql.join(conditions, sql` and `)}
  `.execute(db);
  return rows[0]?.all === true ? undefined : (rows[0]?.ids ?? []);
}

/** Whether a selection asks for more than facets and vulnerabilities, which counts are kept of. */
export function needsRows(selection: Selection): boolean {
  const { asset, dueBefore, firstSeenAfter } = selection;
  return asset !== undefined || dueBefore !== undefined || firstSeenAfter !== undefined;
}

/** What rows of table `finding` must be beside their facet, as conditions on alias `f`. */
export function rowConditions(selection: Selection): RawBuilder<unknown> {
  const { vulnerabilities, asset, dueBefore, firstSeenAfter } = selection;
  const conditions = [
    ...(vulnerabilities === undefined
      ? []
      : [sql`f.vulnerability_id = any(${vulnerabilities}::int[])`]),
    ...(asset === undefined ? [] : [sql`f.asset_id = ${asset}`]),
    // As the index has it, where what is due at no time comes last.
    ...(dueBefore === undefined ? [] : [sql`coalesce(f.due, 'infinity') < ${dueBefore}::date`]),
    ...(firstSeenAfter === undefined ? [] : [sql`f.first_seen > ${firstSeenAfter}::timestamptz`]),
  ];
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}
