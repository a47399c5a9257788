import { sql } from 'kysely';
import type { Store } from './database.ts';

/** Something that is done by the clock, by one worker at a time. */
export interface Turn {
  readonly name: string;
  readonly everySeconds: number;
  /** After this a turn that was taken and not ended may be taken by another worker. */
  readonly leaseSeconds: number;
}

/**
 * Takes a turn if it is due and nobody has it: one per interval over all workers, by the database's
 * clock.
 */
export async function takeTurn(db: Store, turn: Turn, by: string): Promise<boolean> {
  const { name, leaseSeconds } = turn;
  await db
    .insertInto('schedule')
    .values({ name })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const { numUpdatedRows } = await db
    .updateTable('schedule')
    .set({
      running_until: sql<string>`now() + make_interval(secs => ${leaseSeconds})`,
      ran_at: sql<string>`now()`,
      ran_by: by,
    })
    .where('name', '=', name)
    .where('due_at', '<=', sql<string>`now()`)
    .where((eb) =>
      eb.or([eb('running_until', 'is', null), eb('running_until', '<', sql<string>`now()`)]),
    )
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Gives a turn back; the next is due an interval later. */
export async function endTurn(db: Store, turn: Turn, by: string, error?: string): Promise<void> {
  await db
    .updateTable('schedule')
    .set({
      due_at: sql<string>`now() + make_interval(secs => ${turn.everySeconds})`,
      running_until: null,
      error: error ?? null,
    })
    .where('name', '=', turn.name)
    .where('ran_by', '=', by)
    .execute();
}
