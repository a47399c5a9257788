import type { Store } from './database.ts';

/** Runs in the transaction it is given, or in one of its own. */
export async function inTransaction<T>(db: Store, work: (trx: Store) => Promise<T>): Promise<T> {
  return db.isTransaction ? await work(db) : await db.transaction().execute(work);
}
