import { sql } from 'kysely';
import type { Store } from './database.ts';

export interface WorkerProcess {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly state: 'alive' | 'stopped' | 'dead';
  readonly startedAt: string;
  readonly heartbeatAt: string;
}

export async function registerWorker(
  db: Store,
  worker: Pick<WorkerProcess, 'id' | 'host' | 'pid' | 'version'>,
): Promise<void> {
  await db
    .insertInto('worker')
    .values(worker)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** Says that a worker lives. `false`: the others have declared it dead, and it must end itself. */
export async function beat(db: Store, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('worker')
    .set({ heartbeat_at: sql<string>`now()` })
    .where('id', '=', id)
    .where('state', '=', 'alive')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** A worker leaves by itself; what it had begun is for others to take over at once. */
export async function leave(db: Store, id: string): Promise<void> {
  await db
    .updateTable('worker')
    .set({ state: 'stopped', ended_at: sql<string>`now()` })
    .where('id', '=', id)
    .where('state', '=', 'alive')
    .execute();
}

/**
 * Declares workers dead that have not beaten for so long. By the database's clock on both sides, in
 * one statement: of several that look, each dead worker is found by one.
 */
export async function declareDead(db: Store, silentSeconds: number): Promise<readonly string[]> {
  const rows = await db
    .updateTable('worker')
    .set({ state: 'dead', ended_at: sql<string>`now()` })
    .where('state', '=', 'alive')
    .where('heartbeat_at', '<', sql<string>`now() - make_interval(secs => ${silentSeconds})`)
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Takes over workers that are gone and whose work nobody has taken yet, one at a time: `take` runs
 * while their row is locked, so no two processes take the same work, and one that dies in the
 * middle leaves it to the next.
 *
 * @returns ids of those taken over
 */
export async function takeOver(
  db: Store,
  by: string,
  take: (workerId: string) => Promise<void>,
): Promise<readonly string[]> {
  const taken: string[] = [];
  for (;;) {
    const id = await db.transaction().execute(async (transaction) => {
      const gone = await transaction
        .selectFrom('worker')
        .select('id')
        .where('state', '<>', 'alive')
        .where('taken_over_by', 'is', null)
        .orderBy('ended_at')
        .limit(1)
        .forUpdate()
        .skipLocked()
        .executeTakeFirst();
      if (gone === undefined) return undefined;
      await take(gone.id);
      await transaction
        .updateTable('worker')
        .set({ taken_over_by: by })
        .where('id', '=', gone.id)
        .execute();
      return gone.id;
    });
    if (id === undefined) return taken;
    taken.push(id);
  }
}

/** Those alive, and the last that are not, newest first. */
export async function listWorkers(db: Store, limit = 100): Promise<readonly WorkerProcess[]> {
  const rows = await db
    .selectFrom('worker')
    .select(['id', 'host', 'pid', 'version', 'state'])
    .select(['started_at as startedAt', 'heartbeat_at as heartbeatAt'])
    .orderBy(sql`state = 'alive'`, 'desc')
    .orderBy('started_at', 'desc')
    .limit(limit)
    .execute();
  return rows;
}

/** Forgets workers that ended long ago. */
export async function forgetWorkers(db: Store, olderThanDays: number): Promise<void> {
  await db
    .deleteFrom('worker')
    .where('taken_over_by', 'is not', null)
    .where('ended_at', '<', sql<string>`now() - make_interval(days => ${olderThanDays})`)
    .execute();
}
