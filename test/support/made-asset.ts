import type { Store } from '../../src/store/database.ts';

/** An asset's row; what a test says nothing of is the database's default. Returns its id. */
export async function madeAsset(
  store: Store,
  given: { readonly name?: string; readonly environment?: 'production' | 'staging' } = {},
): Promise<string> {
  const { name = 'shop', environment = 'production' } = given;
  const { id } = await store
    .insertInto('asset')
    .values({ identity: `asset:${name}`, kind: 'sbom', name, environment })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
