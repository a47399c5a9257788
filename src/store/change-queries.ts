import { type RawBuilder, sql } from 'kysely';
import type { ChangeState } from '../domain/change-state.ts';
import type { Remedy } from '../domain/remedy.ts';
import type { Verdict } from '../domain/verification.ts';
import type { Store } from './database.ts';
import type { AssetRef } from './finding-row.ts';

/** A change, as lists show it. */
export interface ChangeRow {
  readonly id: string;
  readonly title: string;
  readonly state: ChangeState;
  readonly stateSince: string;
  readonly asset: AssetRef;
  readonly verdict: Verdict;
  readonly confidence: number;
  readonly riskRemoved: number;
  readonly closes: number;
  readonly remedies: readonly Remedy[];
  readonly notBefore: string | null;
  /** Earliest deadline among the findings it closes that are still there. */
  readonly due: string | null;
  readonly createdAt: string;
  readonly handedOverAt: string | null;
  readonly closedAt: string | null;
  /** It waits for the vote of whoever asks. */
  readonly needsMe: boolean;
}

/** Who looks, as far as that decides whose vote a change waits for. */
export interface Looker {
  readonly userId: string;
  readonly mayApprove: boolean;
}

export interface ChangeFilter {
  readonly states?: readonly ChangeState[];
  readonly asset?: string;
  /** Id of a finding that it closes. */
  readonly finding?: string;
  readonly needsMe?: boolean;
}

export interface ChangePosition {
  /** As the database wrote it. */
  readonly createdAt: string;
  readonly id: string;
}

/** Changes, newest first; one more than `limit`, where there is one. */
export async function listChanges(
  db: Store,
  filter: ChangeFilter,
  looker: Looker,
  page: { readonly limit: number; readonly after?: ChangePosition },
): Promise<readonly (ChangeRow & { readonly position: ChangePosition })[]> {
  const { states, asset, finding, needsMe } = filter;
  const waits = waitsFor(looker);
  const conditions = [
    sql`true`,
    ...(states === undefined ? [] : [sql`change.state = any(${states}::text[])`]),
    ...(asset === undefined
      ? []
      : [sql`change.asset_id = ${/^\d{1,18}$/.test(asset) ? asset : '0'}::bigint`]),
    ...(finding === undefined ? [] : [sql`change.closes @> array[${finding}]::text[]`]),
    ...(needsMe === undefined ? [] : [sql`(${waits}) = ${needsMe}`]),
    ...(page.after === undefined
      ? []
      : [
          sql`(change.created_at, change.id) <
            (${page.after.createdAt}::timestamptz, ${page.after.id})`,
        ]),
  ];
  const { rows } = await sql<ChangeRow & { createdText: string }>`
    select ${changeColumns}, change.created_at::text as "createdText", (${waits}) as "needsMe"
    from change ${joins} where ${sql.join(conditions, sql` and `)}
    order by change.created_at desc, change.id desc limit ${page.limit + 1}`.execute(db);
  return rows.map(({ createdText, ...row }) => ({
    ...row,
    position: { createdAt: createdText, id: row.id },
  }));
}

/** One row of the list; `undefined` when there is none of that id. */
export async function changeRowById(
  db: Store,
  id: string,
  looker: Looker,
): Promise<ChangeRow | undefined> {
  const { rows } = await sql<ChangeRow>`
    select ${changeColumns}, (${waitsFor(looker)}) as "needsMe"
    from change ${joins} where change.id = ${id}`.execute(db);
  return rows[0];
}

const changeColumns = sql`change.id, change.title, change.state,
  change.state_since as "stateSince", change.verdict, change.confidence,
  change.risk_removed as "riskRemoved", cardinality(change.closes) as closes, change.remedies,
  change.not_before as "notBefore", change.created_at as "createdAt",
  change.handed_over_at as "handedOverAt", change.closed_at as "closedAt",
  (select min(due) from finding where finding.id = any(change.closes) and finding.exposed) as due,
  json_build_object('id', asset.id::text, 'name', asset.name, 'kind', asset.kind,
    'environment', asset.environment) as asset`;

const joins = sql`join asset on asset.id = change.asset_id
  left join approval on approval.change_id = change.id`;

/**
 * Whether a change waits for somebody's vote; the rule of `whyNotVote` (stages/decide/approval.ts)
 * for many changes at once, and that they have not voted yet.
 */
function waitsFor({ userId, mayApprove }: Looker): RawBuilder<boolean> {
  if (!mayApprove) return sql<boolean>`false`;
  return sql<boolean>`change.state = 'awaiting-approval' and approval.state = 'waiting'
    and not (approval.excluded @> array[${userId}]::text[])
    and not exists (select from vote where vote.change_id = change.id and vote.user_id = ${userId})
    and exists (
      select from user_account me where me.id = ${userId} and (
        approval.approvers && (
          array(select 'role:' || unnest(me.roles)) || array(select 'group:' || unnest(me.groups))
          || array['user:' || me.id])
        or ('owners' = any(approval.approvers) and asset.owners && (
          array(select 'group:' || unnest(me.groups)) || me.groups
          || array['user:' || me.id, me.id::text]))))`;
}

/** What only one change is shown with. */
export interface ChangeParts {
  readonly diff: string;
  readonly diffTruncated: boolean;
  readonly evidence: unknown;
  readonly evidenceSha256: string | null;
  readonly lockfile: string;
  readonly because: string;
}

export async function changeParts(db: Store, id: string): Promise<ChangeParts | undefined> {
  return await db
    .selectFrom('change')
    .select(['diff', 'diff_truncated as diffTruncated', 'evidence', 'lockfile', 'because'])
    .select('evidence_sha256 as evidenceSha256')
    .where('id', '=', id)
    .executeTakeFirst();
}
