import { sql } from 'kysely';
import type { Finding } from '../domain/finding.ts';
import type { Store } from './database.ts';

/** What findings share: an advisory in a package, and the version that ends it. */
interface Vulnerability {
  readonly ecosystem: string;
  readonly package: string;
  readonly advisoryId: string;
  readonly fixedIn: string | null;
  readonly aliases: readonly string[];
  readonly summary: string;
}

interface Known extends Vulnerability {
  readonly id: number;
}

/** Findings with the same would be closed by one remedy: `npm/lodash@4.17.21`; without a fix: `npm/lodash`. */
export function remedyGroup(ecosystem: string, name: string, target: string | null): string {
  return target === null ? `${ecosystem}/${name}` : `${ecosystem}/${name}@${target}`;
}

/**
 * The row of table `vulnerability` that each finding is about, by finding id; made or brought up to
 * date where needed. Writers of several assets meet here, so it is best called outside of a long
 * transaction; rows are always written in the same order.
 */
export async function vulnerabilityIds(
  db: Store,
  findings: readonly Finding[],
): Promise<ReadonlyMap<string, number>> {
  const wanted = new Map<string, Vulnerability>();
  for (const finding of findings) {
    const vulnerability = vulnerabilityOf(finding);
    wanted.set(keyOf(vulnerability), vulnerability);
  }
  const all = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  let known = await look(db, all);
  const missing = all.filter((one) => !known.has(keyOf(one)));
  if (missing.length > 0) {
    await insert(db, missing);
    known = new Map([...known, ...(await look(db, missing))]);
  }
  const stale = all.flatMap((one) => {
    const row = known.get(keyOf(one));
    return row === undefined || sameText(row, one) ? [] : [{ id: row.id, ...textOf(one) }];
  });
  if (stale.length > 0) await update(db, stale);
  return new Map(
    findings.flatMap((finding) => {
      const row = known.get(keyOf(vulnerabilityOf(finding)));
      return row === undefined ? [] : [[finding.id, row.id]];
    }),
  );
}

function vulnerabilityOf({ component, advisory, fixedIn }: Finding): Vulnerability {
  return {
    ecosystem: component.ecosystem,
    package: component.name,
    advisoryId: advisory.id,
    fixedIn: fixedIn[0] ?? null,
    aliases: advisory.aliases,
    summary: advisory.summary,
  };
}

function keyOf({ ecosystem, package: name, advisoryId, fixedIn }: Vulnerability): string {
  return JSON.stringify([ecosystem, name, advisoryId, fixedIn]);
}

function sameText(a: Vulnerability, b: Vulnerability): boolean {
  return a.summary === b.summary && a.aliases.join('\n') === b.aliases.join('\n');
}

/** The columns that an advisory's next version may change. */
function textOf(one: Vulnerability) {
  const { aliases, summary } = one;
  const search = [one.package, one.advisoryId, ...aliases, summary].join(' ').toLowerCase();
  return { aliases, summary, search };
}

async function look(
  db: Store,
  wanted: readonly Vulnerability[],
): Promise<ReadonlyMap<string, Known>> {
  const { rows } = await sql<Known>`
    select v.id, v.ecosystem, v.package, v.advisory_id as "advisoryId", v.fixed_in as "fixedIn",
      v.aliases, v.summary
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
      as wanted(ecosystem text, package text, "advisoryId" text, "fixedIn" text)
    join vulnerability v on v.ecosystem = wanted.ecosystem and v.package = wanted.package
      and v.advisory_id = wanted."advisoryId" and v.fixed_in is not distinct from wanted."fixedIn"
  `.execute(db);
  return new Map(rows.map((row) => [keyOf(row), row]));
}

async function insert(db: Store, missing: readonly Vulnerability[]): Promise<void> {
  const rows = missing.map((one) => ({
    ...one,
    ...textOf(one),
    group: remedyGroup(one.ecosystem, one.package, one.fixedIn),
  }));
  await sql`
    insert into vulnerability
      (ecosystem, package, advisory_id, fixed_in, aliases, summary, remedy_group, search)
    select ecosystem, package, "advisoryId", "fixedIn", aliases, summary, "group", search
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given(ecosystem text, package text,
      "advisoryId" text, "fixedIn" text, aliases text[], summary text, "group" text, search text)
    on conflict do nothing
  `.execute(db);
}

async function update(
  db: Store,
  stale: readonly (ReturnType<typeof textOf> & { id: number })[],
): Promise<void> {
  await sql`
    update vulnerability v set aliases = given.aliases, summary = given.summary, search = given.search
    from jsonb_to_recordset(${JSON.stringify(stale)}::jsonb)
      as given(id int, aliases text[], summary text, search text)
    where v.id = given.id
  `.execute(db);
}
