import { sql } from 'kysely';
import type { FindingEvent } from '../domain/finding-state.ts';
import type { Store } from './database.ts';
import type { Exception } from './exceptions-read.ts';
import { applyFindingEvent, type EventCause } from './finding-events.ts';
import { findingsCovered } from './finding-exceptions.ts';

const PAGE = 5_000;

/** How many findings an exception covers now. */
export async function coveredCount(db: Store, exception: Exception): Promise<number> {
  return (await allCovered(db, exception)).length;
}

/**
 * Ids of all findings that an exception covers, locked until the transaction ends: before the
 * decision is recorded, so that everyone locks findings first and the chain of decisions after.
 */
export async function lockCovered(db: Store, exception: Exception): Promise<readonly string[]> {
  const ids = await allCovered(db, exception);
  for (let from = 0; from < ids.length; from += PAGE) {
    await db
      .selectFrom('finding')
      .select('id')
      .where('id', '=', sql<string>`any(${ids.slice(from, from + PAGE)})`)
      .orderBy('id')
      .forUpdate()
      .execute();
  }
  return ids;
}

/** Lets the exception begin to count for findings. */
export async function begin(
  db: Store,
  { kind }: Exception,
  ids: readonly string[],
  cause: EventCause,
): Promise<void> {
  await apply(db, ids, kind === 'accepted' ? 'accepted' : 'judged-not-affected', cause);
}

/** Lets it cease to count, but for findings that another one in force covers as well. */
export async function end(
  db: Store,
  exception: Exception,
  ids: readonly string[],
  cause: EventCause & { readonly now: string },
): Promise<void> {
  const kept = new Set<string>();
  for (let from = 0; from < ids.length; from += PAGE) {
    const page = ids.slice(from, from + PAGE);
    for (const id of await coveredByOthers(db, exception, page, cause.now)) kept.add(id);
  }
  const ended = ids.filter((id) => !kept.has(id));
  const event = exception.kind === 'accepted' ? 'acceptance-ended' : 'judged-affected';
  await apply(db, ended, event, cause);
}

async function apply(
  db: Store,
  ids: readonly string[],
  event: FindingEvent,
  cause: EventCause,
): Promise<void> {
  for (let from = 0; from < ids.length; from += PAGE) {
    await applyFindingEvent(db, ids.slice(from, from + PAGE), event, cause);
  }
}

async function allCovered(db: Store, exception: Exception): Promise<readonly string[]> {
  const ids: string[] = [];
  for (;;) {
    const after = ids.at(-1);
    const page = await findingsCovered(db, exception, {
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    ids.push(...page);
    if (page.length < PAGE) return ids;
  }
}

async function coveredByOthers(
  db: Store,
  { id, kind }: Exception,
  ids: readonly string[],
  now: string,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct f.id from finding f
    join vulnerability v on v.id = f.vulnerability_id
    join exception e on e.id <> ${id} and e.kind = ${kind} and e.state = 'active'
      and e.expires_at > ${now}
      and (e.finding_id = f.id or e.finding_id is null
        and (e.advisory_id = v.advisory_id or e.advisory_id = any(v.aliases))
        and (e.package is null or e.package = v.package)
        and (e.asset_id is null or e.asset_id = f.asset_id))
    where f.id = any(${ids})
  `.execute(db);
  return rows.map((row) => row.id);
}
