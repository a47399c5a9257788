import { type SqlBool, sql } from 'kysely';
import type { Store } from './database.ts';

export type ExceptionState = 'requested' | 'active' | 'rejected' | 'withdrawn' | 'expired';

export interface NamedPerson {
  readonly id: string;
  readonly name: string;
}

/** That findings are accepted for a time, or judged not affected: who asked, who agreed. */
export interface Exception {
  readonly id: string;
  readonly kind: 'accepted' | 'not-affected';
  readonly findingId: string | null;
  /** Any id of the vulnerability. */
  readonly advisoryId: string | null;
  readonly package: string | null;
  readonly assetId: string | null;
  readonly reason: string;
  readonly compensatingControl: string;
  readonly owner: NamedPerson;
  readonly requestedBy: NamedPerson;
  /** ISO 8601, as all times here. */
  readonly requestedAt: string;
  readonly decidedBy: NamedPerson | null;
  readonly decidedAt: string | null;
  readonly expiresAt: string;
  readonly state: ExceptionState;
}

export async function exceptionById(db: Store, id: string): Promise<Exception | undefined> {
  const row = await exceptions(db).where('exception.id', '=', id).executeTakeFirst();
  return row && exceptionOf(row);
}

/** Newest first. `before` is the id of the last one of the page before. */
export async function listExceptions(
  db: Store,
  filter: { readonly states?: readonly ExceptionState[]; readonly findingId?: string },
  page: { readonly limit: number; readonly before?: string },
): Promise<readonly Exception[]> {
  const { states, findingId } = filter;
  let query = exceptions(db).orderBy('exception.id', 'desc').limit(page.limit);
  if (page.before !== undefined) query = query.where('exception.id', '<', page.before);
  if (states !== undefined && states.length > 0) {
    query = query.where('exception.state', 'in', [...states]);
  }
  if (findingId !== undefined) query = query.where(covers(findingId));
  const rows = await query.execute();
  return rows.map(exceptionOf);
}

/** Those in force that end before `before`, soonest first: their owners are to be told. */
export async function exceptionsExpiring(
  db: Store,
  range: { readonly after: string; readonly before: string; readonly limit: number },
): Promise<readonly Exception[]> {
  const rows = await exceptions(db)
    .where('exception.state', '=', 'active')
    .where('exception.expires_at', '>', range.after)
    .where('exception.expires_at', '<=', range.before)
    .orderBy('exception.expires_at')
    .orderBy('exception.id')
    .limit(range.limit)
    .execute();
  return rows.map(exceptionOf);
}

/** Exceptions in force on an asset, the one that lasts longest first. */
export async function activeExceptionsFor(
  db: Store,
  assetId: string,
  at: string,
): Promise<readonly Exception[]> {
  const rows = await exceptions(db)
    .leftJoin('finding', 'finding.id', 'exception.finding_id')
    .where('exception.state', '=', 'active')
    .where('exception.expires_at', '>', at)
    .where((row) =>
      row.or([
        row('finding.asset_id', '=', assetId),
        row.and([
          row('exception.finding_id', 'is', null),
          row.or([row('exception.asset_id', 'is', null), row('exception.asset_id', '=', assetId)]),
        ]),
      ]),
    )
    .orderBy('exception.expires_at', 'desc')
    .orderBy('exception.id')
    .limit(10_000)
    .execute();
  return rows.map(exceptionOf);
}

/** Whether an exception's row covers a finding; the rule of `findingsCovered`, seen from there. */
function covers(findingId: string) {
  return sql<SqlBool>`(exception.finding_id = ${findingId} or exception.finding_id is null and exists (
    select from finding f join vulnerability v on v.id = f.vulnerability_id
    where f.id = ${findingId}
      and (exception.advisory_id = v.advisory_id or exception.advisory_id = any(v.aliases))
      and (exception.package is null or exception.package = v.package)
      and (exception.asset_id is null or exception.asset_id = f.asset_id)))`;
}

function exceptions(db: Store) {
  return db
    .selectFrom('exception')
    .innerJoin('user_account as owner', 'owner.id', 'exception.owner')
    .innerJoin('user_account as requester', 'requester.id', 'exception.requested_by')
    .leftJoin('user_account as decider', 'decider.id', 'exception.decided_by')
    .selectAll('exception')
    .select(['owner.name as ownerName', 'requester.name as requesterName'])
    .select(['decider.name as deciderName']);
}

type Row = Awaited<ReturnType<ReturnType<typeof exceptions>['execute']>>[number];

function exceptionOf(row: Row): Exception {
  return {
    id: row.id,
    kind: row.kind,
    findingId: row.finding_id,
    advisoryId: row.advisory_id,
    package: row.package,
    assetId: row.asset_id,
    reason: row.reason,
    compensatingControl: row.compensating_control,
    owner: { id: row.owner, name: row.ownerName },
    requestedBy: { id: row.requested_by, name: row.requesterName },
    requestedAt: row.requested_at,
    decidedBy: row.decided_by === null ? null : { id: row.decided_by, name: row.deciderName ?? '' },
    decidedAt: row.decided_at,
    expiresAt: row.expires_at,
    state: row.state,
  };
}
