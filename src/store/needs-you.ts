import { sql } from 'kysely';
import type { Store } from './database.ts';

/** Something that waits for a person, of those that are not changes. */
export interface WaitingItem {
  readonly id: string;
  readonly title: string;
  readonly since: string;
}

/** Exceptions that somebody else has asked for. */
export async function exceptionsToDecide(
  db: Store,
  userId: string,
  limit: number,
): Promise<readonly (WaitingItem & { readonly findingId: string | null })[]> {
  const rows = await db
    .selectFrom('exception')
    .innerJoin('user_account as requester', 'requester.id', 'exception.requested_by')
    .select(['exception.id', 'finding_id as findingId', 'requested_at as since'])
    .select(sql<string>`requester.name || ': ' || left(reason, 200)`.as('title'))
    .where('exception.state', '=', 'requested')
    .where('requested_by', '<>', userId)
    .orderBy('requested_at')
    .limit(limit)
    .execute();
  return rows;
}

/** Drafts of the policy, newer than the one in force, that nobody but their author has read. */
export async function policiesToReview(
  db: Store,
  userId: string,
  limit: number,
): Promise<readonly WaitingItem[]> {
  const rows = await db
    .selectFrom('policy_version')
    .leftJoin('user_account as author', 'author.id', 'policy_version.author')
    .select(['policy_version.created_at as since'])
    .select(sql<string>`policy_version.number::text`.as('id'))
    .select(sql<string>`coalesce(nullif(note, ''), 'by ' || author.name, '')`.as('title'))
    .where('policy_version.state', '=', 'draft')
    .where('reviewed_at', 'is', null)
    .where('author', 'is distinct from', userId)
    .where(
      sql<boolean>`number > coalesce((select max(number) from policy_version where state = 'active'), 0)`,
    )
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
  return rows;
}

/**
 * The last run of each asset that failed within a week, with nothing that went well since; newest
 * first.
 */
export async function failedRuns(
  db: Store,
  limit: number,
): Promise<readonly (WaitingItem & { readonly assetId: string; readonly error: string })[]> {
  const { rows } = await sql<WaitingItem & { assetId: string; error: string }>`
    select run.id, asset.name as title, run.since, asset.id as "assetId", run.error from (
     select distinct on (asset_id) id, asset_id, since, error from (
      (select id, asset_id, ended_at as since, coalesce(error, '') as error from remediation r
        where state = 'failed' and ended_at > now() - interval '7 days' and not exists (
          select from remediation later where later.asset_id = r.asset_id
            and later.started_at > r.started_at and later.state <> 'failed'))
      union all
      (select workflow_id, asset_id, ended_at, coalesce(error, '') from scan s
        where state = 'failed' and ended_at > now() - interval '7 days' and not exists (
          select from scan later where later.asset_id = s.asset_id and later.id > s.id
            and later.state <> 'failed'))
     ) as failed order by asset_id, since desc
    ) as run join asset on asset.id = run.asset_id and asset.archived_at is null
    order by run.since desc limit ${limit}`.execute(db);
  return rows;
}
