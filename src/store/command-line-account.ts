import { sql } from 'kysely';
import type { Store } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { createToken } from './tokens.ts';
import { localAccount } from './users.ts';

const NAME = 'command line';

/**
 * A token for the command line of the server's own machine; the one made before ends. Whoever may
 * read the home may do as much anyway: the signing key and the database are in it.
 *
 * @returns the token itself, for a file that only the server's user can read
 */
export async function commandLineToken(db: Store, lifeSeconds: number): Promise<string> {
  return await inTransaction(db, async (trx) => {
    const account = { subject: 'command-line', name: 'Command line', roles: ['admin'] as const };
    const { id } = await localAccount(trx, account);
    await trx
      .updateTable('api_token')
      .set({ revoked_at: sql<string>`now()` })
      .where('user_id', '=', id)
      .where('name', '=', NAME)
      .where('revoked_at', 'is', null)
      .execute();
    const { secret } = await createToken(trx, {
      userId: id,
      name: NAME,
      scopes: ['read', 'operate', 'approve', 'audit', 'administer'],
      lifeSeconds,
    });
    return secret;
  });
}
