import { sql } from 'kysely';
import type { Store } from './database.ts';
import { hashSecret } from './secret.ts';

/** What has to be remembered between sending somebody to the identity provider and their return. */
export interface OidcSignIn {
  readonly nonce: string;
  readonly codeVerifier: string;
  /** Path on the page. */
  readonly returnTo: string;
}

const LIFE_SECONDS = 600;

export async function rememberOidcSignIn(
  db: Store,
  state: string,
  signIn: OidcSignIn,
): Promise<void> {
  await db
    .insertInto('oidc_sign_in')
    .values({
      state_hash: hashSecret(state),
      nonce: signIn.nonce,
      code_verifier: signIn.codeVerifier,
      return_to: signIn.returnTo,
      expires_at: sql<string>`now() + make_interval(secs => ${LIFE_SECONDS})`,
    })
    .execute();
}

/** Takes it out; a state is good for one return, and for ten minutes. */
export async function takeOidcSignIn(db: Store, state: string): Promise<OidcSignIn | undefined> {
  return await db
    .deleteFrom('oidc_sign_in')
    .where('state_hash', '=', hashSecret(state))
    .where(sql<boolean>`expires_at > now()`)
    .returning(['nonce', 'code_verifier as codeVerifier', 'return_to as returnTo'])
    .executeTakeFirst();
}
