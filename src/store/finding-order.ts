import { type RawBuilder, sql } from 'kysely';
import type { Position } from './finding-cursor.ts';
import type { Selection } from './finding-filter.ts';

/** Riskiest, most urgent, newest first; or by package name. */
export type FindingSort = 'score' | 'due' | 'first-seen' | 'package';

/** How findings are read in one order, each from an index of its own. */
export interface FindingOrder {
  /** What rows `f` are sorted by, as the index has it; ties by id, in the same direction. */
  readonly key: RawBuilder<unknown>;
  readonly direction: RawBuilder<unknown>;
  /** That a pair of key and id comes after a position. */
  after(pair: RawBuilder<unknown>, position: Position | undefined): RawBuilder<unknown>;
  /** What rows must be beside their facet, so that it is checked in the index of this order. */
  conditions(selection: Selection): RawBuilder<unknown>;
}

export const FINDING_ORDERS: Readonly<Record<FindingSort, FindingOrder>> = {
  score: order(sql`f.score`, 'desc', sql`real`),
  due: order(sql`coalesce(f.due, 'infinity')`, 'asc', sql`date`, ({ dueBefore }) =>
    dueBefore === undefined ? [] : [sql`coalesce(f.due, 'infinity') < ${dueBefore}::date`],
  ),
  'first-seen': order(sql`f.first_seen`, 'desc', sql`timestamptz`, ({ firstSeenAfter }) =>
    firstSeenAfter === undefined ? [] : [sql`f.first_seen > ${firstSeenAfter}::timestamptz`],
  ),
  package: order(sql`f.package`, 'asc', sql`text`),
};

function order(
  key: RawBuilder<unknown>,
  direction: 'asc' | 'desc',
  type: RawBuilder<unknown>,
  range: (selection: Selection) => readonly RawBuilder<unknown>[] = () => [],
): FindingOrder {
  const beyond = direction === 'asc' ? sql`>` : sql`<`;
  return {
    key,
    direction: direction === 'asc' ? sql`asc` : sql`desc`,
    after: (pair, position) =>
      position === undefined
        ? sql`true`
        : sql`${pair} ${beyond} (${position.key}::${type}, ${position.id}::text)`,
    conditions: (selection) =>
      sql.join([sql`true`, ...range(selection), ...checked(selection)], sql` and `),
  };
}

/**
 * Conditions written so that no other index offers itself for them: the planner would take one that
 * finds all that match, to sort them, where the first few in order are wanted.
 */
export function checked(selection: Selection): readonly RawBuilder<unknown>[] {
  const { vulnerabilities, asset, dueBefore, firstSeenAfter } = selection;
  return [
    ...(vulnerabilities === undefined
      ? []
      : [sql`f.vulnerability_id + 0 = any(${vulnerabilities}::int[])`]),
    ...(asset === undefined ? [] : [sql`f.asset_id + 0 = ${asset}::bigint`]),
    ...(dueBefore === undefined ? [] : [sql`f.due + 0 < ${dueBefore}::date`]),
    ...(firstSeenAfter === undefined
      ? []
      : [sql`f.first_seen + interval '0' > ${firstSeenAfter}::timestamptz`]),
  ];
}
