import { describe, expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import type { AssetRegistration, ManagedAsset } from '../domain/managed-asset.ts';
import { type AssetFilter, countAssets, listAssets, listedAssetById } from './asset-queries.ts';
import { archiveAsset } from './assets.ts';
import type { AssetOrder } from './assets-cursor.ts';
import { assetMap, dependenciesOf, setDependencies } from './assets-dependencies.ts';
import { registerAsset } from './assets-register.ts';
import type { Store } from './database.ts';

const given: readonly AssetRegistration[] = [
  {
    kind: 'repository',
    location: 'https://git.example/shop',
    owners: ['team-a'],
    labels: { tier: 'web' },
    context: { exposure: 'internet', criticality: 1 },
  },
  {
    kind: 'repository',
    location: 'https://git.example/Cart_api',
    context: { environment: 'test' },
  },
  {
    kind: 'host',
    name: 'db1',
    location: 'ssh://db1',
    labels: { tier: 'data' },
    owners: ['team-b'],
  },
  { kind: 'sbom', name: 'image', owners: ['team-a', 'team-b'] },
  { kind: 'sbom', name: 'gone' },
];

/** Four assets that are watched and one that is archived; `shop` and `db1` have findings. */
async function seeded(store: Store): Promise<Readonly<Record<string, string>>> {
  const assets: ManagedAsset[] = [];
  for (const one of given) assets.push(await registerAsset(store, one));
  const ids = Object.fromEntries(assets.map(({ name, id }) => [name, id]));
  await archiveAsset(store, ids['gone'] ?? '', new Date());
  await store
    .insertInto('asset_exposure')
    .values([
      { asset_id: ids['shop'] ?? '', act: 2, attend: 0, track: 1, risk: '15000' },
      { asset_id: ids['db1'] ?? '', act: 0, attend: 3, track: 0, risk: '9000' },
    ])
    .execute();
  await store
    .updateTable('asset')
    .set({ scanned_at: '2026-01-01T00:00:00Z' })
    .where('name', '=', 'image')
    .execute();
  return ids;
}

describe('listAssets', () => {
  it.each<[AssetFilter, readonly string[]]>([
    [{}, ['Cart_api', 'db1', 'image', 'shop']],
    [{ archived: true }, ['gone']],
    [{ kinds: ['sbom', 'host'] }, ['db1', 'image']],
    [{ kinds: [] }, []],
    [{ environments: ['test'] }, ['Cart_api']],
    [{ exposures: ['internet'] }, ['shop']],
    [{ criticality: 3 }, ['Cart_api', 'db1', 'image']],
    [{ bands: ['act'] }, ['shop']],
    [{ bands: ['act', 'attend'] }, ['db1', 'shop']],
    [{ owner: 'team-a' }, ['image', 'shop']],
    [{ label: { name: 'tier' } }, ['db1', 'shop']],
    [{ label: { name: 'tier', value: 'web' } }, ['shop']],
    [{ text: 'GIT.EXAMPLE' }, ['Cart_api', 'shop']],
    [{ text: 't_a' }, ['Cart_api']],
    [{ text: '%' }, []],
    [{ owner: 'team-b', kinds: ['host'] }, ['db1']],
  ])('filters by %j', async (filter, names) => {
    await using database = await testStore();
    await seeded(database.store);
    const { items } = await listAssets(database.store, filter, { sort: 'name', limit: 10 });
    expect(items.map(({ name }) => name)).toEqual(names);
    expect(await countAssets(database.store, filter)).toEqual({
      value: names.length,
      atLeast: false,
    });
  });

  it.each<[AssetOrder, readonly string[]]>([
    ['risk', ['shop', 'db1', 'image', 'Cart_api']],
    ['name', ['Cart_api', 'db1', 'image', 'shop']],
    ['registered', ['image', 'db1', 'Cart_api', 'shop']],
    ['scanned', ['image', 'db1', 'Cart_api', 'shop']],
    ['criticality', ['shop', 'Cart_api', 'db1', 'image']],
  ])('reads on by cursor in the order of %s', async (sort, names) => {
    await using database = await testStore();
    await seeded(database.store);
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = { sort, limit: 1, ...(cursor !== undefined && { cursor }) };
      const { items, nextCursor } = await listAssets(database.store, {}, page);
      seen.push(...items.map(({ name }) => name));
      if (nextCursor === undefined) break;
      cursor = nextCursor;
    }
    expect(seen).toEqual(names);
  });

  it.each(['', 'x', 'W10', Buffer.from('["name","a","1"]').toString('base64url')])(
    'refuses the cursor %j',
    async (cursor) => {
      await using database = await testStore();
      await expect(
        listAssets(database.store, {}, { sort: 'risk', limit: 1, cursor }),
      ).rejects.toMatchObject({ code: 'cursor-invalid' });
    },
  );

  it('shows context, findings and scan of each', async () => {
    await using database = await testStore();
    const { store } = database;
    const { shop = '' } = await seeded(store);
    await store
      .insertInto('scan')
      .values({ workflow_id: 'w', asset_id: shop, trigger: 'demand', state: 'failed', error: 'no' })
      .execute();
    expect(await listedAssetById(store, shop)).toMatchObject({
      name: 'shop',
      environment: 'production',
      exposure: 'internet',
      criticality: 1,
      components: 0,
      findings: { act: 2, attend: 0, track: 1 },
      topScore: 0,
      lastScan: { state: 'failed', error: 'no' },
    });
    expect(await listedAssetById(store, 'x')).toBeUndefined();
  });
});

describe('dependencies', () => {
  it('keeps what a person says apart from what is inferred', async () => {
    await using database = await testStore();
    const { store } = database;
    const { shop = '', db1 = '', image = '' } = await seeded(store);
    await setDependencies(store, shop, [db1, image], 'person', 'by hand');
    await setDependencies(store, shop, [db1], 'inferred', 'DATABASE_URL');
    await setDependencies(store, shop, [db1], 'person', 'by hand');
    expect((await dependenciesOf(store, shop)).dependsOn).toMatchObject([
      { name: 'db1', source: 'inferred', because: 'DATABASE_URL' },
      { name: 'db1', source: 'person', because: 'by hand' },
    ]);
    expect((await dependenciesOf(store, db1)).neededBy).toHaveLength(2);
    expect(await dependenciesOf(store, image)).toEqual({ dependsOn: [], neededBy: [] });
  });

  it('refuses itself and what does not exist', async () => {
    await using database = await testStore();
    const { shop = '' } = await seeded(database.store);
    await expect(setDependencies(database.store, shop, [shop], 'person')).rejects.toMatchObject({
      code: 'asset-invalid',
    });
    await expect(setDependencies(database.store, shop, ['x'], 'person')).rejects.toMatchObject({
      code: 'asset-missing',
    });
  });

  it('maps two steps around an asset, also where they go round in a circle', async () => {
    await using database = await testStore();
    const { store } = database;
    const { shop = '', db1 = '', image = '', Cart_api: cart = '' } = await seeded(store);
    await setDependencies(store, shop, [db1], 'person');
    await setDependencies(store, db1, [image], 'person');
    await setDependencies(store, image, [shop, cart], 'inferred');
    const map = await assetMap(store, { around: shop, limit: 10 });
    expect(map.nodes.map(({ name }) => name)).toEqual(['Cart_api', 'db1', 'image', 'shop']);
    expect(map.edges).toHaveLength(4);
    const near = await assetMap(store, { around: cart, limit: 2 });
    expect(near.nodes.map(({ name }) => name)).toEqual(['Cart_api', 'image']);
    expect(near.edges).toEqual([{ from: image, to: cart, source: 'inferred' }]);
    const riskiest = await assetMap(store, { limit: 2 });
    expect(riskiest.nodes.map(({ name }) => name).sort()).toEqual(['db1', 'shop']);
    expect(riskiest.edges).toEqual([{ from: shop, to: db1, source: 'person' }]);
  });
});
