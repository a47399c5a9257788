import type { Store } from './database.ts';

/** One setting of the installation; `undefined` when it was never set. */
export async function setting(db: Store, name: string): Promise<unknown> {
  const row = await db
    .selectFrom('setting')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value;
}

/** @param by id of the user who set it */
export async function putSetting(
  db: Store,
  name: string,
  value: unknown,
  by?: string,
): Promise<void> {
  const row = { value: JSON.stringify(value), changed_by: by ?? null, changed_at: new Date() };
  await db
    .insertInto('setting')
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}

/** The big switch: while it is set no work begins and nothing is handed over, anywhere. */
export interface Pause {
  readonly paused: boolean;
  readonly reason: string;
  readonly by?: { readonly id: string; readonly name: string };
  /** ISO 8601. */
  readonly since?: string;
}

export async function pauseState(db: Store): Promise<Pause> {
  const row = await db
    .selectFrom('setting')
    .leftJoin('user_account', 'user_account.id', 'setting.changed_by')
    .select(['value', 'changed_at', 'user_account.id as userId', 'user_account.name as userName'])
    .where('setting.name', '=', 'paused')
    .executeTakeFirst();
  const value = row?.value as { readonly paused: boolean; readonly reason: string } | undefined;
  if (row === undefined || value === undefined) return { paused: false, reason: '' };
  const { userId, userName } = row;
  return {
    paused: value.paused,
    reason: value.reason,
    since: row.changed_at,
    ...(userId === null || userName === null ? {} : { by: { id: userId, name: userName } }),
  };
}

/** @param by id of the user; absent: the command line on the machine itself */
export async function setPause(
  db: Store,
  pause: { readonly paused: boolean; readonly reason: string },
  by?: string,
): Promise<Pause> {
  await putSetting(db, 'paused', { paused: pause.paused, reason: pause.reason }, by);
  return await pauseState(db);
}
