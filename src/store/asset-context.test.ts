import { describe, expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import { type AssetContext, DEFAULT_CONTEXT } from '../domain/context.ts';
import type { ContextStatement } from '../domain/managed-asset.ts';
import {
  contextStatements,
  effectiveContext,
  effectiveContexts,
  stateContext,
  stateScannedContext,
  withdrawContext,
} from './asset-context.ts';
import { registerAsset } from './assets-register.ts';
import type { Store } from './database.ts';

const person = (value: string, day = 2): ContextStatement => ({
  field: 'environment',
  source: 'person',
  value,
  because: 'it is ours',
  observedAt: `2026-01-0${day}T00:00:00.000Z`,
});
const scanned = (
  environment: AssetContext['environment'],
  exposure: AssetContext['exposure'] = DEFAULT_CONTEXT.exposure,
): AssetContext => ({ ...DEFAULT_CONTEXT, environment, exposure });
const inferred = scanned({ value: 'staging', source: 'inferred', because: 'compose.yaml:3' });

async function oneAsset(store: Store): Promise<string> {
  const { id } = await registerAsset(store, { kind: 'repository', location: '/srv/shop' });
  return id;
}

async function columns(store: Store, id: string) {
  return await store
    .selectFrom('asset')
    .select(['environment', 'exposure', 'criticality', 'data_sensitivity'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

describe('context', () => {
  it('is a default as long as nobody said anything', async () => {
    await using database = await testStore();
    const id = await oneAsset(database.store);
    expect(await effectiveContext(database.store, id)).toEqual(DEFAULT_CONTEXT);
    expect(await contextStatements(database.store, id)).toEqual([]);
  });

  it('follows the strongest source: person, file, inferred, default', async () => {
    await using database = await testStore();
    const { store } = database;
    const id = await oneAsset(store);
    expect(
      (await stateScannedContext(store, id, inferred, '2026-01-01T00:00:00Z')).environment,
    ).toEqual({ value: 'staging', source: 'inferred', because: 'compose.yaml:3' });
    const file = scanned({ value: 'test', source: 'declared', because: 'suture.yaml:2' });
    expect(
      (await stateScannedContext(store, id, file, '2026-01-02T00:00:00Z')).environment,
    ).toEqual({
      value: 'test',
      source: 'declared',
      because: 'suture.yaml:2',
    });
    expect((await stateContext(store, id, [person('development', 3)])).environment.value).toBe(
      'development',
    );
    expect(await columns(store, id)).toEqual({
      environment: 'development',
      exposure: 'internal',
      criticality: 3,
      data_sensitivity: 'internal',
    });
    expect(await contextStatements(store, id)).toMatchObject([
      { field: 'environment', source: 'person', decides: true },
      { field: 'environment', source: 'file', decides: false },
      { field: 'exposure', source: 'default', decides: true },
      { field: 'criticality', source: 'default', value: 3, decides: true },
      { field: 'dataSensitivity', source: 'default', decides: true },
    ]);
  });

  it('keeps a person’s correction when the scanner infers again, until it is withdrawn', async () => {
    await using database = await testStore();
    const { store } = database;
    const id = await oneAsset(store);
    await stateContext(store, id, [person('development')]);
    const after = await stateScannedContext(store, id, inferred, '2026-02-01T00:00:00Z');
    expect(after.environment).toMatchObject({ value: 'development', source: 'declared' });
    const withdrawn = await withdrawContext(store, id, 'environment');
    expect(withdrawn.environment).toMatchObject({ value: 'staging', source: 'inferred' });
    expect(await withdrawContext(store, id, 'environment')).toEqual(withdrawn);
    expect((await columns(store, id)).environment).toBe('staging');
  });

  it('forgets what the file does not say any more', async () => {
    await using database = await testStore();
    const { store } = database;
    const id = await oneAsset(store);
    const file = scanned({ value: 'test', source: 'declared', because: 'suture.yaml:2' });
    await stateScannedContext(store, id, file, '2026-01-01T00:00:00Z');
    const after = await stateScannedContext(store, id, inferred, '2026-01-02T00:00:00Z');
    expect(after.environment.value).toBe('staging');
  });

  it('grows older as long as the same is said, and ignores late news', async () => {
    await using database = await testStore();
    const { store } = database;
    const id = await oneAsset(store);
    const ages = async () =>
      (await contextStatements(store, id)).map(({ value, observedAt }) => [value, observedAt]);
    await stateContext(store, id, [person('test', 2)]);
    await stateContext(store, id, [person('test', 4)]);
    expect(await ages()).toEqual([['test', '2026-01-02T00:00:00.000Z']]);
    await stateContext(store, id, [person('staging', 5)]);
    await stateContext(store, id, [person('test', 3)]);
    expect(await ages()).toEqual([['staging', '2026-01-05T00:00:00.000Z']]);
  });

  it('says who said it', async () => {
    await using database = await testStore();
    const { store } = database;
    const user = await store
      .insertInto('user_account')
      .values({ issuer: 'local', subject: 'a', name: 'A' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const { id } = await registerAsset(
      store,
      { kind: 'sbom', name: 'image', context: { criticality: 1 } },
      user.id,
    );
    expect(await contextStatements(store, id)).toMatchObject([
      {
        field: 'criticality',
        value: 1,
        source: 'person',
        by: user.id,
        because: 'said at registration',
      },
    ]);
    expect((await columns(store, id)).criticality).toBe(1);
  });

  it('refuses a value that a field cannot have', async () => {
    await using database = await testStore();
    const id = await oneAsset(database.store);
    await expect(stateContext(database.store, id, [person('moon')])).rejects.toMatchObject({
      code: 'asset-invalid',
    });
  });

  it('settles on the strongest when several speak at once', async () => {
    await using database = await testStore();
    const { store } = database;
    const id = await oneAsset(store);
    await Promise.all([
      stateScannedContext(store, id, inferred, '2026-01-01T00:00:00Z'),
      stateContext(store, id, [person('test')]),
      stateScannedContext(store, id, inferred, '2026-01-02T00:00:00Z'),
    ]);
    expect((await columns(store, id)).environment).toBe('test');
  });

  it('takes reasons that quote hostile files', async () => {
    await using database = await testStore();
    const id = await oneAsset(database.store);
    const because = `Dockerfile\0:\ud800${'x'.repeat(5000)}`;
    const after = await stateScannedContext(
      database.store,
      id,
      scanned({ value: 'test', source: 'inferred', because }),
      '2026-01-01T00:00:00Z',
    );
    expect(after.environment.because).toHaveLength(1000);
  });

  it('answers for many assets at once', async () => {
    await using database = await testStore();
    const { store } = database;
    const id = await oneAsset(store);
    await stateContext(store, id, [person('test')]);
    const contexts = await effectiveContexts(store, [id, '999']);
    expect(contexts.get(id)?.environment.value).toBe('test');
    expect(contexts.get('999')).toEqual(DEFAULT_CONTEXT);
  });
});
