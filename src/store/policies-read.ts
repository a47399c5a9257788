import { SutureError } from '../domain/error.ts';
import type { Store } from './database.ts';

interface PolicyPerson {
  readonly id: string;
  readonly name: string;
}

/** A version of the policy, without its document. Times are ISO 8601. */
export interface PolicyVersion {
  readonly number: number;
  readonly state: 'draft' | 'active' | 'retired';
  readonly note: string;
  /** `null`: installed at the first start. */
  readonly author: PolicyPerson | null;
  readonly createdAt: string;
  readonly reviewedBy: PolicyPerson | null;
  readonly reviewedAt: string | null;
  readonly activatedBy: PolicyPerson | null;
  readonly activatedAt: string | null;
  readonly retiredAt: string | null;
}

/** With the YAML as it was written. */
export interface PolicyDocument extends PolicyVersion {
  readonly document: string;
}

/** The version in force; `undefined` only before the first start has installed one. */
export async function activePolicy(db: Store): Promise<PolicyDocument | undefined> {
  const row = await versions(db)
    .select('policy_version.document')
    .where('policy_version.state', '=', 'active')
    .executeTakeFirst();
  return row && { ...versionOf(row), document: row.document };
}

/** @throws SutureError `policy-unknown` */
export async function policyVersion(db: Store, number: number): Promise<PolicyDocument> {
  const row = await versions(db)
    .select('policy_version.document')
    .where('policy_version.number', '=', number)
    .executeTakeFirst();
  if (row === undefined) {
    throw new SutureError('policy-unknown', `There is no policy version ${number}`, {
      remedy: 'List the versions to see their numbers.',
    });
  }
  return { ...versionOf(row), document: row.document };
}

/** Newest first. */
export async function listPolicies(
  db: Store,
  page: { readonly before?: number; readonly limit: number },
): Promise<{ readonly items: readonly PolicyVersion[]; readonly next?: number }> {
  const query = versions(db)
    .orderBy('policy_version.number', 'desc')
    .limit(page.limit + 1);
  const rows = await (page.before === undefined
    ? query
    : query.where('policy_version.number', '<', page.before)
  ).execute();
  const items = rows.slice(0, page.limit).map(versionOf);
  const last = items.at(-1);
  return rows.length > page.limit && last !== undefined ? { items, next: last.number } : { items };
}

function versions(db: Store) {
  return db
    .selectFrom('policy_version')
    .leftJoin('user_account as author', 'author.id', 'policy_version.author')
    .leftJoin('user_account as reviewer', 'reviewer.id', 'policy_version.reviewed_by')
    .leftJoin('user_account as activator', 'activator.id', 'policy_version.activated_by')
    .select([
      'policy_version.number',
      'policy_version.state',
      'policy_version.note',
      'policy_version.created_at',
      'policy_version.reviewed_at',
      'policy_version.activated_at',
      'policy_version.retired_at',
      'author.id as author_id',
      'author.name as author_name',
      'reviewer.id as reviewer_id',
      'reviewer.name as reviewer_name',
      'activator.id as activator_id',
      'activator.name as activator_name',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof versions>['executeTakeFirstOrThrow']>>;

function versionOf(row: Row): PolicyVersion {
  return {
    number: row.number,
    state: row.state,
    note: row.note,
    author: personOf(row.author_id, row.author_name),
    createdAt: row.created_at,
    reviewedBy: personOf(row.reviewer_id, row.reviewer_name),
    reviewedAt: row.reviewed_at,
    activatedBy: personOf(row.activator_id, row.activator_name),
    activatedAt: row.activated_at,
    retiredAt: row.retired_at,
  };
}

function personOf(id: string | null, name: string | null): PolicyPerson | null {
  return id === null ? null : { id, name: name ?? '' };
}
