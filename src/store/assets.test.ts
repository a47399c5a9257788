import { describe, expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import { SutureError } from '../domain/error.ts';
import type { AssetRegistration } from '../domain/managed-asset.ts';
import { archiveAsset, asset, updateAsset } from './assets.ts';
import { checkRegistration } from './assets-check.ts';
import { registerAsset, registerAssets } from './assets-register.ts';

const shop: AssetRegistration = {
  kind: 'repository',
  location: 'https://git.example/acme/shop.git',
};

describe('checkRegistration', () => {
  it.each<[string, AssetRegistration, object]>([
    ['a URL', shop, { identity: 'repository:https://git.example/acme/shop', name: 'shop' }],
    [
      'a folder in it',
      { ...shop, folder: './services/cart/' },
      { identity: 'repository:https://git.example/acme/shop/services/cart', name: 'cart' },
    ],
    ['a branch of it', { ...shop, branch: 'release/1.x' }, { branch: 'release/1.x' }],
    [
      'a path',
      { kind: 'repository', location: '/srv/shop/' },
      { location: '/srv/shop', name: 'shop' },
    ],
    [
      'the short form of ssh',
      { kind: 'repository', location: 'git@git.example:acme/shop.git' },
      { name: 'shop', identity: 'repository:git@git.example:acme/shop' },
    ],
    [
      'a user of ssh',
      { kind: 'repository', location: 'ssh://git@git.example/shop' },
      { name: 'shop' },
    ],
    [
      'a host',
      { kind: 'host', location: 'ssh://root@10.0.0.1:2222' },
      { identity: 'host:10.0.0.1' },
    ],
    ['an SBOM', { kind: 'sbom', name: 'image' }, { identity: 'sbom:image' }],
    ['a schedule', { ...shop, schedule: '15 3 * * 1-5' }, { schedule: '15 3 * * 1-5' }],
    ['a credential', { ...shop, credential: 'env:GIT_TOKEN' }, { credential: 'env:GIT_TOKEN' }],
    [
      'a criticality as text',
      { ...shop, context: { criticality: '1' } },
      { context: { criticality: 1 } },
    ],
  ])('takes %s', (_, given, expected) => {
    expect(checkRegistration(given)).toMatchObject(expected);
  });

  it.each<[string, AssetRegistration, RegExp]>([
    ['no location', { kind: 'repository' }, /needs a location/],
    ['a relative path', { ...shop, location: 'shop' }, /neither an absolute path nor/],
    ['a program in a URL', { ...shop, location: 'ext::sh -c id' }, /neither/],
    ['an option', { ...shop, location: '--upload-pack=id:x' }, /neither/],
    ['two lines', { ...shop, location: '/a\n/b' }, /cannot be read/],
    ['a way out of the repository', { ...shop, folder: '../secret' }, /not inside/],
    ['a branch that is an option', { ...shop, branch: '-f' }, /no branch name/],
    ['a branch that is a range', { ...shop, branch: 'a..b' }, /no branch name/],
    ['a schedule of words', { ...shop, schedule: 'nightly' }, /is no cron expression/],
    ['a schedule with seconds', { ...shop, schedule: '0 0 3 * * *' }, /is no cron expression/],
    ['a schedule that never comes', { ...shop, schedule: '0 0 30 2 *' }, /never comes/],
    ['an unknown field', { ...shop, context: { colour: 'red' } as never }, /"colour" is nothing/],
    ['a wrong value', { ...shop, context: { exposure: 'public' } }, /exposure cannot be public/],
    ['an SBOM at a place', { kind: 'sbom', name: 'a', location: '/a' }, /has no location/],
    ['a nameless SBOM', { kind: 'sbom' }, /needs a name/],
    ['a host by name alone', { kind: 'host', location: 'db1' }, /no place of a host/],
  ])('refuses %s', (_, given, message) => {
    expect(() => checkRegistration(given)).toThrow(message);
  });

  it.each([
    ['https://bob:hunter2@git.example/shop'],
    ['https://hunter2@git.example/shop'],
    ['https://git.example/shop?token=hunter2'],
    ['ssh://git:hunter2@git.example/shop'],
  ])('refuses the secret in a URL without repeating it: %s', (location) => {
    const error = thrown(() => checkRegistration({ ...shop, location }));
    expect(error).toBeInstanceOf(SutureError);
    expect(error.message).toMatch(/carries a password or token/);
    expect(JSON.stringify([error.message, (error as SutureError).remedy])).not.toContain('hunter2');
  });

  it('refuses a credential itself without repeating it', () => {
    const error = thrown(() => checkRegistration({ ...shop, credential: 'ghp_hunter2' }));
    expect(error).toMatchObject({
      code: 'asset-invalid',
      remedy: expect.stringContaining('env:NAME'),
    });
    expect(error.message + (error as SutureError).remedy).not.toContain('hunter2');
  });
});

describe('registerAsset', () => {
  it('finds what is registered, takes over what is said and leaves the rest', async () => {
    await using database = await testStore();
    const { store } = database;
    const first = await registerAsset(store, {
      ...shop,
      name: 'The shop',
      owners: ['team-a'],
      labels: { tier: 'web' },
    });
    expect(first).toMatchObject({ name: 'The shop', folder: '', owners: ['team-a'] });
    const again = await registerAsset(store, { ...shop, owners: ['team-b'] });
    expect(again).toEqual({ ...first, owners: ['team-b'] });
  });

  it('keeps folders and branches of one repository apart', async () => {
    await using database = await testStore();
    const outcomes = await registerAssets(database.store, [
      shop,
      { ...shop, folder: 'api' },
      { ...shop, branch: 'next' },
      shop,
    ]);
    const ids = outcomes.map((each) => ('asset' in each ? each.asset.id : each.error.message));
    expect(new Set(ids).size).toBe(3);
    expect(ids[3]).toBe(ids[0]);
    expect(outcomes.map((each) => 'existed' in each && each.existed)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('does the rest of a list when one is wrong', async () => {
    await using database = await testStore();
    const outcomes = await registerAssets(database.store, [
      { kind: 'repository', location: 'nowhere' },
      shop,
    ]);
    expect(outcomes).toMatchObject([{ error: { code: 'asset-invalid' } }, { existed: false }]);
  });

  it('knows a repository by its identity, and refuses a second copy of it', async () => {
    await using database = await testStore();
    const { store } = database;
    const identity = 'repository:https://git.example/acme/shop';
    await registerAsset(store, { kind: 'repository', location: '/srv/shop', identity });
    await expect(registerAsset(store, shop)).rejects.toMatchObject({ code: 'asset-registered' });
    const sameplace = await registerAsset(store, { kind: 'repository', location: '/srv/shop' });
    expect(sameplace.identity).toBe(identity);
  });

  it('lets a host move, but not to where another one is', async () => {
    await using database = await testStore();
    const { store } = database;
    const host = (name: string, at: string): AssetRegistration => ({
      kind: 'host',
      name,
      location: `ssh://${at}`,
    });
    const [web] = await registerAssets(store, [host('web', 'h1'), host('db', 'h2')]);
    const [moved, onto, second] = await registerAssets(store, [
      host('web', 'h3'),
      host('db', 'h3'),
      host('third', 'h2'),
    ]);
    expect(moved).toMatchObject({ asset: { location: 'ssh://h3' }, existed: true });
    expect(web).toMatchObject({ existed: false });
    expect([onto, second]).toMatchObject([
      { error: { code: 'asset-registered' } },
      { error: { code: 'asset-registered' } },
    ]);
  });

  it('registers one asset when several do it at once', async () => {
    await using database = await testStore();
    const { store } = database;
    const many = await Promise.all(Array.from({ length: 8 }, () => registerAsset(store, shop)));
    expect(new Set(many.map(({ id }) => id)).size).toBe(1);
  });

  it('brings back what was archived, with its id', async () => {
    await using database = await testStore();
    const { store } = database;
    const { id } = await registerAsset(store, shop);
    const gone = await archiveAsset(store, id, new Date('2026-01-01T00:00:00Z'));
    expect(gone.archivedAt).toBe('2026-01-01T00:00:00.000Z');
    const back = await registerAsset(store, shop);
    expect(back).toMatchObject({ id });
    expect(back.archivedAt).toBeUndefined();
  });
});

describe('updateAsset', () => {
  it('changes what is given, takes away what is null', async () => {
    await using database = await testStore();
    const { store } = database;
    const { id } = await registerAsset(store, { ...shop, schedule: '0 3 * * *', owners: ['a'] });
    const after = await updateAsset(store, id, { schedule: null, labels: { a: 'b' } });
    expect(after).toMatchObject({ owners: ['a'], labels: { a: 'b' } });
    expect(after.schedule).toBeUndefined();
    await expect(updateAsset(store, id, { schedule: 'never' })).rejects.toThrow(/cron/);
  });

  it('says that there is no such asset, whatever the id looks like', async () => {
    await using database = await testStore();
    for (const id of ['0', '999999', 'x', '1; drop table asset', '9'.repeat(40)]) {
      expect(await asset(database.store, id)).toBeUndefined();
      await expect(updateAsset(database.store, id, { name: 'a' })).rejects.toMatchObject({
        code: 'asset-missing',
      });
    }
  });

  it('does not bring one back to where another is', async () => {
    await using database = await testStore();
    const { store } = database;
    const path: AssetRegistration = { kind: 'repository', location: '/srv/shop' };
    const old = await registerAsset(store, { ...path, identity: 'repository:old' });
    await archiveAsset(store, old.id, new Date());
    await registerAsset(store, { ...path, identity: 'repository:new' });
    await expect(updateAsset(store, old.id, { archived: false })).rejects.toMatchObject({
      code: 'asset-registered',
    });
  });
});

function thrown(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
