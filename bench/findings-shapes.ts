/** The questions that the findings benchmark asks. */
import { sql } from 'kysely';
import type { Store } from '../src/store/database.ts';
import { FACETS } from '../src/store/finding-facets.ts';
import type { FindingFilter, FindingSort } from '../src/store/findings.ts';
import type { Random } from '../test/support/random.ts';

export interface NamedFilter {
  readonly name: string;
  readonly filter: FindingFilter;
}

export const SORTS: readonly FindingSort[] = ['score', 'due', 'first-seen', 'package'];

/** One for each thing that findings are filtered by; of what is common and of what is rare. */
export async function singleFilters(db: Store, today: string): Promise<readonly NamedFilter[]> {
  const { rows } = await sql<{ package: string; advisory: string; alias: string; group: string }>`
    select v.package, v.advisory_id as advisory, v.aliases[1] as alias, v.remedy_group as "group"
    from vulnerability v join vulnerability_count c on c.vulnerability_id = v.id
    group by v.id order by sum(c.n) desc limit 1`.execute(db);
  const rare = await sql<{ package: string }>`
    select v.package from vulnerability v join vulnerability_count c on c.vulnerability_id = v.id
    group by v.id order by sum(c.n) limit 1`.execute(db);
  const asset = await sql<{ id: string }>`
    select asset_id as id from asset_exposure order by act + attend + track desc limit 1`.execute(
    db,
  );
  const common = rows[0];
  const day = (days: number) =>
    new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);
  const filters: Record<string, FindingFilter> = {
    'state patched': { state: ['patched'] },
    closed: { state: ['verified-closed'] },
    'all states': { exposed: false },
    'band act': { band: ['act'] },
    'band attend+track': { band: ['attend', 'track'] },
    'severity low': { severity: ['low'] },
    'environment staging': { environment: ['staging'] },
    reachable: { reachability: ['reachable'] },
    kev: { kev: [true] },
    'no fix': { fixable: [false] },
    'largest asset': { asset: asset.rows[0]?.id ?? '' },
    'commonest package': { package: common?.package ?? '' },
    'rarest package': { package: rare.rows[0]?.package ?? '' },
    advisory: { advisory: common?.advisory ?? '' },
    alias: { advisory: common?.alias ?? '' },
    group: { group: common?.group ?? '' },
    'text, common': { text: 'denial' },
    'text, two words': { text: 'injection dash' },
    'text, one letter': { text: 'e' },
    'text, nothing': { text: 'nothing has this' },
    overdue: { dueBefore: today },
    'due in a week': { dueBefore: day(7) },
    'long overdue': { dueBefore: day(-200) },
    'new this week': { firstSeenAfter: `${day(-7)}T00:00:00Z` },
    'new this year': { firstSeenAfter: `${day(-365)}T00:00:00Z` },
  };
  return Object.entries(filters).map(([name, filter]) => ({ name, filter }));
}

/** All pairs that narrow two different things. */
export function pairs(singles: readonly NamedFilter[]): readonly NamedFilter[] {
  return singles.flatMap((a, index) =>
    singles.slice(index + 1).flatMap((b) => {
      const shared = Object.keys(a.filter).some((key) => key in b.filter);
      const filter = { ...a.filter, ...b.filter };
      return shared ? [] : [{ name: `${a.name} & ${b.name}`, filter }];
    }),
  );
}

/** Up to five things at once, at random. */
export function randomFilters(
  chance: Random,
  singles: readonly NamedFilter[],
  count: number,
): readonly NamedFilter[] {
  return Array.from({ length: count }, () => {
    const some = Array.from(
      { length: 1 + chance.below(5) },
      () => singles[chance.below(singles.length)],
    );
    const chosen = some.filter((one) => one !== undefined);
    return {
      name: chosen.map(({ name }) => name).join(' & '),
      filter: Object.assign({}, ...chosen.map(({ filter }) => filter)) as FindingFilter,
    };
  });
}

/** The same filter as one would write it first. */
function naiveConditions(filter: FindingFilter) {
  const conditions = [sql`true`];
  const { state, exposed = state === undefined } = filter;
  if (state !== undefined) conditions.push(sql`f.state = any(${state})`);
  if (exposed) conditions.push(sql`f.exposed`);
  if (filter.band !== undefined) conditions.push(sql`f.band = any(${filter.band})`);
  if (filter.severity !== undefined) conditions.push(sql`f.severity = any(${filter.severity})`);
  if (filter.environment !== undefined) {
    conditions.push(sql`f.environment = any(${filter.environment})`);
  }
  if (filter.reachability !== undefined) {
    conditions.push(sql`f.reachability = any(${filter.reachability})`);
  }
  if (filter.kev !== undefined) conditions.push(sql`f.kev = any(${filter.kev})`);
  if (filter.fixable !== undefined) {
    conditions.push(sql`(f.fixed_in is not null) = any(${filter.fixable})`);
  }
  if (filter.asset !== undefined) conditions.push(sql`f.asset_id = ${filter.asset}`);
  if (filter.package !== undefined) conditions.push(sql`f.package = ${filter.package}`);
  if (filter.advisory !== undefined) {
    conditions.push(
      sql`(v.advisory_id = ${filter.advisory} or ${filter.advisory} = any(v.aliases))`,
    );
  }
  if (filter.group !== undefined) conditions.push(sql`v.remedy_group = ${filter.group}`);
  if (filter.dueBefore !== undefined) conditions.push(sql`f.due < ${filter.dueBefore}::date`);
  if (filter.firstSeenAfter !== undefined) {
    conditions.push(sql`f.first_seen > ${filter.firstSeenAfter}::timestamptz`);
  }
  for (const word of (filter.text ?? '').split(/\s+/).filter(Boolean)) {
    conditions.push(sql`v.search like ${`%${word.toLowerCase()}%`}`);
  }
  return sql.join(conditions, sql` and `);
}

const ORDER = {
  score: sql`f.score desc, f.id desc`,
  due: sql`f.due nulls last, f.id`,
  'first-seen': sql`f.first_seen desc, f.id desc`,
  package: sql`f.package, f.id`,
};

const FROM = sql`finding f join vulnerability v on v.id = f.vulnerability_id
  join asset a on a.id = f.asset_id`;

/** The baseline: a page by offset, and `count(*)` for how many there are. */
export async function naiveList(
  db: Store,
  filter: FindingFilter,
  sort: FindingSort,
  offset: number,
): Promise<number> {
  const where = naiveConditions(filter);
  await sql`select f.*, v.summary, v.aliases, a.name from ${FROM} where ${where}
    order by ${ORDER[sort]} limit 50 offset ${offset}`.execute(db);
  const { rows } = await sql<{
    n: string;
  }>`select count(*) as n from ${FROM} where ${where}`.execute(db);
  return Number(rows[0]?.n);
}

/** The baseline: one `group by` for each facet, without the facet's own filter. */
export async function naiveFacets(db: Store, filter: FindingFilter): Promise<void> {
  for (const name of Object.keys(FACETS)) {
    const column = name === 'fixable' ? sql`f.fixed_in is not null` : sql.ref(`f.${name}`);
    const { [name as keyof FindingFilter]: _, ...others } = filter;
    await sql`select ${column} as value, count(*) from ${FROM} where ${naiveConditions(others)}
      group by 1`.execute(db);
  }
}

/** The baseline: everything grouped, then the first fifty. */
export async function naiveGroups(db: Store, filter: FindingFilter): Promise<void> {
  await sql`select v.remedy_group, count(*), count(distinct f.asset_id),
      count(distinct f.advisory_id), max(f.score), sum(f.score) as risk, min(f.due)
    from ${FROM} where ${naiveConditions(filter)}
    group by v.remedy_group order by risk desc limit 50`.execute(db);
}
