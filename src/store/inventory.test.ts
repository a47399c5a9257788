import { describe, expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import type { Component } from '../domain/component.ts';
import { archiveAsset } from './assets.ts';
import { registerAssets } from './assets-register.ts';
import type { Store } from './database.ts';
import { recordInventories, recordInventory } from './inventory.ts';
import { componentsOf } from './inventory-queries.ts';
import { sweepInventories } from './inventory-sweep.ts';

function component(name: string, version = '1.0.0'): Component {
  return {
    purl: `pkg:npm/${name}@${version}`,
    ecosystem: 'npm',
    name,
    version,
    scope: 'runtime',
    direct: true,
    paths: [['a@1']],
    seenIn: ['package-lock.json'],
  };
}

const many = Array.from({ length: 200 }, (_, at) => component(`package-${at}`));

async function assets(store: Store, count: number): Promise<string[]> {
  const outcomes = await registerAssets(
    store,
    Array.from({ length: count }, (_, at) => ({ kind: 'sbom', name: `image ${at}` })),
  );
  return outcomes.flatMap((each) => ('asset' in each ? [each.asset.id] : []));
}

async function rows(store: Store) {
  const count = async (table: 'component' | 'component_chunk' | 'inventory') => {
    const { n } = await store
      .selectFrom(table)
      .select((e) => e.fn.countAll<string>().as('n'))
      .executeTakeFirstOrThrow();
    return Number(n);
  };
  return {
    components: await count('component'),
    chunks: await count('component_chunk'),
    inventories: await count('inventory'),
  };
}

async function all(store: Store, id: string): Promise<string[]> {
  const purls: string[] = [];
  for (let after: number | undefined; ; ) {
    const page = await componentsOf(store, id, {
      limit: 70,
      ...(after !== undefined && { after }),
    });
    purls.push(...page.items.map(({ purl }) => purl));
    after = page.next;
    if (after === undefined) return purls;
  }
}

describe('recordInventory', () => {
  it('keeps what is installed, and nothing when it is the same again', async () => {
    await using database = await testStore();
    const { store } = database;
    const [id = ''] = await assets(store, 1);
    const first = await recordInventory(store, id, many);
    expect(first.changed).toBe(true);
    const size = await rows(store);
    expect(await recordInventory(store, id, many.toReversed())).toEqual({
      ...first,
      changed: false,
    });
    expect(await rows(store)).toEqual(size);
    expect((await all(store, id)).sort()).toEqual(many.map(({ purl }) => purl).sort());
  });

  it('stores once what many assets have, and one chunk for what one has otherwise', async () => {
    await using database = await testStore();
    const { store } = database;
    const ids = await assets(store, 20);
    await recordInventories(
      store,
      ids.map((assetId) => ({ assetId, components: many })),
    );
    const before = await rows(store);
    expect(before).toMatchObject({ components: 200, inventories: 1 });
    await recordInventory(store, ids[3] ?? '', many.with(7, component('package-7', '2.0.0')));
    expect(await rows(store)).toEqual({
      components: 201,
      chunks: before.chunks + 1,
      inventories: 2,
    });
    expect(await all(store, ids[3] ?? '')).toContain('pkg:npm/package-7@2.0.0');
    expect(await all(store, ids[4] ?? '')).toContain('pkg:npm/package-7@1.0.0');
  });

  it('can be done by several workers at once', async () => {
    await using database = await testStore();
    const { store } = database;
    const ids = await assets(store, 12);
    await Promise.all(
      ids.map((id, at) => recordInventory(store, id, many.slice(at % 3).toReversed())),
    );
    expect(await rows(store)).toMatchObject({ components: 200, inventories: 3 });
    for (const [at, id] of ids.entries()) expect(await all(store, id)).toHaveLength(200 - (at % 3));
  });

  it('keeps an empty inventory, and names that no index would take', async () => {
    await using database = await testStore();
    const { store } = database;
    const [empty = '', hostile = ''] = await assets(store, 2);
    await recordInventory(store, empty, []);
    expect(await all(store, empty)).toEqual([]);
    await recordInventory(store, hostile, [
      component(`x${'y'.repeat(20_000)}`),
      component('null\0byte'),
      component('half \ud83d', '{"\\,}'),
    ]);
    expect(await all(store, hostile)).toHaveLength(3);
  });

  it('says that there is no such asset', async () => {
    await using database = await testStore();
    await expect(recordInventory(database.store, '77', many)).rejects.toMatchObject({
      code: 'asset-missing',
    });
  });

  it('does not use up ids by scanning again', async () => {
    await using database = await testStore();
    const { store } = database;
    const [id = '', other = ''] = await assets(store, 2);
    for (let time = 0; time < 5; time += 1) await recordInventory(store, id, many);
    await recordInventory(store, other, [...many, component('new')]);
    const { id: newest } = await store
      .selectFrom('component')
      .select('id')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    expect(newest).toBe(201);
  });
});

describe('componentsOf', () => {
  it('finds by a part of the name, whatever is typed', async () => {
    await using database = await testStore();
    const { store } = database;
    const [id = ''] = await assets(store, 1);
    await recordInventory(store, id, [component('lodash'), component('Lo_x'), component('axios')]);
    const found = async (text: string) =>
      (await componentsOf(store, id, { text, limit: 9 })).items.map(({ name }) => name);
    expect(await found('LO')).toEqual(['Lo_x', 'lodash']);
    expect(await found('o_')).toEqual(['Lo_x']);
    expect(await found('%')).toEqual([]);
    expect(await found('\\')).toEqual([]);
    expect(await found('')).toHaveLength(3);
  });
});

describe('sweepInventories', () => {
  it('takes away what nobody has any more and nothing else', async () => {
    await using database = await testStore();
    const { store } = database;
    const [id = '', archived = ''] = await assets(store, 2);
    const old = many.map(({ name }) => component(`old-${name}`));
    await recordInventory(store, id, [...many, ...old]);
    await recordInventory(store, archived, many.slice(0, 50));
    await archiveAsset(store, archived, new Date());
    await recordInventory(store, id, many);
    const swept = await sweepInventories(store);
    expect(swept).toMatchObject({ inventories: 1, components: 200 });
    expect(swept.chunks).toBeGreaterThan(10);
    expect(await all(store, id)).toHaveLength(200);
    expect(await all(store, archived)).toHaveLength(50);
    expect(await sweepInventories(store)).toEqual({ inventories: 0, chunks: 0, components: 0 });
  });

  it('leaves alone what is being recorded meanwhile', async () => {
    await using database = await testStore({ poolSize: 6 });
    const { store } = database;
    const [id = '', ...others] = await assets(store, 5);
    for (let round = 0; round < 6; round += 1) {
      // Another inventory each round leaves the one before without a user.
      await recordInventory(store, id, many.slice(0, 100 + (round % 2) * 50));
      await Promise.all([
        sweepInventories(store),
        ...others.map((other, at) => recordInventory(store, other, many.slice(0, 100 + at * 25))),
        sweepInventories(store),
      ]);
      for (const [at, other] of others.entries()) {
        expect(await all(store, other)).toHaveLength(100 + at * 25);
      }
    }
  });
});
