import { sql } from 'kysely';
import type { Store } from './database.ts';

/** An exception that is in force. */
export interface ActiveException {
  readonly id: string;
  readonly kind: 'accepted' | 'not-affected';
  readonly reason: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  readonly findingId: string | null;
  /** Any id of the vulnerability. */
  readonly advisoryId: string | null;
  readonly package: string | null;
  readonly assetId: string | null;
}

/** What an exception is held against. */
export interface ExceptionSubject {
  readonly id: string;
  readonly assetId: string;
  readonly package: string;
  readonly advisoryIds: readonly string[];
}

/** Exceptions in force that may cover something on an asset: few, so that one query is enough. */
export async function activeExceptions(
  db: Store,
  assetId: string,
  subjects: readonly ExceptionSubject[],
  now: string,
): Promise<readonly ActiveException[]> {
  const { rows } = await sql<ActiveException>`
    select id, kind, reason, expires_at as "expiresAt", finding_id as "findingId",
      advisory_id as "advisoryId", package, asset_id as "assetId"
    from exception
    where state = 'active' and expires_at > ${now} and (asset_id is null or asset_id = ${assetId})
      and (finding_id = any(${subjects.map(({ id }) => id)})
        or advisory_id = any(${subjects.flatMap(({ advisoryIds }) => advisoryIds)}))
    order by expires_at desc, id
  `.execute(db);
  return rows;
}

/** The first of the exceptions that covers a finding; the longest, in the order they come in. */
export function covering(
  exceptions: readonly ActiveException[],
  subject: ExceptionSubject,
): ActiveException | undefined {
  return exceptions.find((exception) =>
    exception.findingId === null
      ? exception.advisoryId !== null &&
        subject.advisoryIds.includes(exception.advisoryId) &&
        (exception.package === null || exception.package === subject.package) &&
        (exception.assetId === null || exception.assetId === subject.assetId)
      : exception.findingId === subject.id,
  );
}

/** What an exception covers, as its row says it. */
export type ExceptionScope = Pick<
  ActiveException,
  'findingId' | 'advisoryId' | 'package' | 'assetId'
>;

/**
 * Ids of the findings that an exception covers now, the same rule as {@link covering}; closed ones
 * are not among them. For whoever activates or ends an exception: as many as an advisory has, in
 * pages of `limit`, sorted by id.
 *
 * @param after the last id of the page before
 */
export async function findingsCovered(
  db: Store,
  scope: ExceptionScope,
  page: { readonly after?: string; readonly limit: number },
): Promise<readonly string[]> {
  const after = sql`f.id > ${page.after ?? ''} and f.state <> 'verified-closed'`;
  const where =
    scope.findingId === null
      ? sql`f.vulnerability_id in (
            select id from vulnerability
            where (advisory_id = ${scope.advisoryId} or aliases @> array[${scope.advisoryId}]::text[])
              and (${scope.package}::text is null or package = ${scope.package})
          ) and (${scope.assetId}::bigint is null or f.asset_id = ${scope.assetId})`
      : sql`f.id = ${scope.findingId}`;
  const { rows } = await sql<{ id: string }>`
    select f.id from finding f where ${where} and ${after} order by f.id limit ${page.limit}
  `.execute(db);
  return rows.map(({ id }) => id);
}
