import type { Store } from './database.ts';

export interface ReportedOutcome {
  readonly changeId: string;
  readonly result: 'held' | 'broke';
  readonly note: string;
  /** User id; absent: the control plane saw it itself. */
  readonly by?: string;
}

/** Keeps what really happened to a change. What the control plane sees itself is kept once. */
export async function recordOutcome(db: Store, outcome: ReportedOutcome): Promise<void> {
  const { changeId, result, note, by } = outcome;
  if (by === undefined) {
    const known = await db
      .selectFrom('outcome')
      .select('id')
      .where('change_id', '=', changeId)
      .where('result', '=', result)
      .where('reported_by', 'is', null)
      .executeTakeFirst();
    if (known !== undefined) return;
  }
  await db
    .insertInto('outcome')
    .values({ change_id: changeId, result, note, reported_by: by ?? null })
    .execute();
}

export interface ShownOutcome {
  readonly result: 'held' | 'broke';
  readonly note: string;
  readonly by: { readonly id: string; readonly name: string } | null;
  readonly at: string;
}

/** Of one change, oldest first. */
export async function outcomesOf(db: Store, changeId: string): Promise<readonly ShownOutcome[]> {
  const rows = await db
    .selectFrom('outcome')
    .leftJoin('user_account', 'user_account.id', 'outcome.reported_by')
    .select(['result', 'note', 'at', 'user_account.id as userId', 'user_account.name as userName'])
    .where('change_id', '=', changeId)
    .orderBy('outcome.id')
    .limit(200)
    .execute();
  return rows.map(({ userId, userName, ...row }) => ({
    ...row,
    by: userId === null || userName === null ? null : { id: userId, name: userName },
  }));
}
