import { describe, expect, it, onTestFinished } from 'vitest';
import { openIndex } from '../../src/advisories/open-index.ts';
import type { Component } from '../../src/domain/component.ts';
import type { FeedRecord } from '../../src/ports/feed.ts';
import { registerAssets } from '../../src/store/assets-register.ts';
import type { Store } from '../../src/store/database.ts';
import { assetsWithComponents } from '../../src/store/delta.ts';
import { recordFindings } from '../../src/store/finding-record.ts';
import { recordInventory } from '../../src/store/inventory.ts';
import { compareSemver } from '../../src/versions/semver.ts';
import { InventoryMatcher } from '../../src/workflows/inventory-matcher.ts';
import {
  type AdvisoryDelta,
  advisoryDelta,
  type MatchedPage,
  matchAssets,
  matchFrom,
} from '../../src/workflows/match-inventory.ts';
import { advisoryRecord, affected, buildUnits, temporaryFolder } from '../support/advisories.ts';
import { testStore } from '../support/database.ts';

const npm = [{ osvName: 'npm', compare: compareSemver }];
const now = new Date('2026-03-01T00:00:00Z');

function component(name: string, version: string, ecosystem = 'npm'): Component {
  return {
    purl: `pkg:${ecosystem.toLowerCase()}/${name}@${version}`,
    ecosystem,
    name,
    version,
    scope: 'runtime',
    direct: true,
    paths: [],
    seenIn: [],
  };
}

const inventories: Readonly<Record<string, readonly Component[]>> = {
  shop: [component('left', '1.0.0'), component('right', '1.0.0')],
  cart: [component('left', '2.0.0'), component('right', '1.0.0')],
  image: [component('left', '1.0.0'), component('django', '1.0', 'PyPI')],
  db1: [component('right', '1.0.0')],
  empty: [],
};

/** Two repositories, two SBOMs and a host, with what they have installed. */
async function fleet(store: Store) {
  const outcomes = await registerAssets(store, [
    { kind: 'repository', name: 'shop', location: '/srv/shop' },
    { kind: 'repository', name: 'cart', location: '/srv/cart' },
    { kind: 'sbom', name: 'image' },
    { kind: 'host', name: 'db1', location: 'ssh://db1' },
    { kind: 'sbom', name: 'empty' },
  ]);
  const assets = outcomes.flatMap((each) => ('asset' in each ? [each.asset] : []));
  for (const { id, name } of assets) await recordInventory(store, id, inventories[name] ?? []);
  return new Map(assets.map(({ id, name }) => [id, name]));
}

const oldLeft = advisoryRecord({ id: 'GHSA-left', affected: [affected('left', '1.5.0')] });
const newRight = advisoryRecord({ id: 'GHSA-right', affected: [affected('right', '1.1.0')] });
const kev: FeedRecord = {
  kind: 'threat',
  id: 'GHSA-left',
  threat: { kev: { dateAdded: '2026-01-01', ransomware: false } },
};

/** A fleet whose findings of the first index are recorded; then the index becomes the second. */
async function world(store: Store, first: readonly FeedRecord[], second: readonly FeedRecord[]) {
  const names = await fleet(store);
  const home = temporaryFolder();
  await buildUnits(home, { 'osv/a': first });
  const before = openIndex(home);
  const version = before.version;
  const beforeMatcher = new InventoryMatcher(before, npm);
  let scan = 0;
  const page = await matchFrom(store, beforeMatcher, undefined, 100, { now });
  for (const { id, findings } of page.assessed) {
    scan += 1;
    const recorded = await recordScan(store, id, scan);
    await recordFindings(store, {
      assetId: id,
      scanId: recorded,
      findings,
      whole: true,
      now: now.toISOString(),
    });
  }
  await before.close();
  await buildUnits(home, { 'osv/a': second });
  const index = openIndex(home);
  onTestFinished(() => index.close());
  const delta = await advisoryDelta(store, index.changesSince(version), index, npm);
  const matcher = new InventoryMatcher(index, npm);
  return { names, index, delta, matcher };
}

async function recordScan(store: Store, assetId: string, number: number): Promise<string> {
  const { id } = await store
    .insertInto('scan')
    .values({ workflow_id: `scan ${number}`, asset_id: assetId, trigger: 'advisories' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function touched(
  store: Store,
  { names, matcher, delta }: Pick<Awaited<ReturnType<typeof world>>, 'names' | 'matcher' | 'delta'>,
  pageSize = 2,
) {
  const pages: MatchedPage[] = [];
  for await (const page of matchAssets(store, matcher, delta, { now, pageSize })) pages.push(page);
  const named = (ids: readonly string[]) => ids.map((id) => names.get(id) ?? '').sort();
  return {
    rescan: named(pages.flatMap((page) => page.rescan)),
    assessed: Object.fromEntries(
      pages
        .flatMap((page) => page.assessed)
        .map(({ id, findings }) => [
          names.get(id),
          findings.map(({ advisory }) => advisory.id).sort(),
        ]),
    ),
  };
}

describe('a change of advisories', () => {
  it.each<[string, readonly FeedRecord[], readonly FeedRecord[], object]>([
    ['nothing', [oldLeft], [oldLeft], { rescan: [], assessed: {} }],
    [
      'a new advisory',
      [oldLeft],
      [oldLeft, newRight],
      { rescan: ['cart', 'shop'], assessed: { db1: ['GHSA-right'] } },
    ],
    [
      'an advisory that is gone',
      [oldLeft, newRight],
      [newRight],
      { rescan: [], assessed: { image: [] } },
    ],
    [
      'a range that grows',
      [oldLeft],
      [advisoryRecord({ id: 'GHSA-left', affected: [affected('left', '2.5.0')] })],
      { rescan: ['cart', 'shop'], assessed: { image: ['GHSA-left'] } },
    ],
    [
      'a package that nobody has',
      [oldLeft],
      [oldLeft, advisoryRecord({ id: 'GHSA-x', affected: [affected('nobody')] })],
      { rescan: [], assessed: {} },
    ],
    [
      'versions that nobody has',
      [],
      [advisoryRecord({ id: 'GHSA-left', affected: [affected('left', '0.5.0')] })],
      { rescan: [], assessed: {} },
    ],
    [
      'exploitation that became known',
      [oldLeft],
      [oldLeft, kev],
      { rescan: [], assessed: { image: ['GHSA-left'] } },
    ],
  ])('%s touches what it can touch and nothing else', async (_, first, second, expected) => {
    await using database = await testStore();
    const { store } = database;
    const given =
      first.length > 0 ? first : [advisoryRecord({ id: 'GHSA-0', affected: [affected('z')] })];
    expect(await touched(store, await world(store, given, [...second]))).toEqual(expected);
  });

  it('ranks by the asset’s own context, and says what it could not judge', async () => {
    await using database = await testStore();
    const { store } = database;
    const { matcher, names } = await world(store, [newRight], [oldLeft, newRight]);
    const page = await matchFrom(store, matcher, undefined, 100, { now });
    const image = page.assessed.find(({ id }) => names.get(id) === 'image');
    expect(image?.findings).toMatchObject([
      { advisory: { id: 'GHSA-left' }, reachability: { status: 'unknown' }, fixedIn: ['1.5.0'] },
    ]);
    expect(image?.environment).toBe('production');
    expect(image?.problems).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('1 components of PyPI') },
    ]);
    expect(page.assessed.find(({ id }) => names.get(id) === 'empty')).toMatchObject({
      findings: [],
      problems: [],
    });
  });
});

describe('a look at everything', () => {
  it('names repositories only where what stands recorded is not what matches', async () => {
    await using database = await testStore();
    const { store } = database;
    const everything: AdvisoryDelta = { everything: true, components: [], advisories: [] };
    const { matcher, names } = await world(store, [oldLeft], [oldLeft, newRight]);
    const first = await touched(store, { names, matcher, delta: everything });
    expect(first.rescan).toEqual(['cart', 'shop']);
    expect(Object.keys(first.assessed).sort()).toEqual(['db1', 'empty', 'image']);
    const shop = [...names].find(([, name]) => name === 'shop')?.[0] ?? '';
    const matched = await matcher.match(store, [{ id: shop, identity: 'repository:/srv/shop' }]);
    expect(matched.get(shop)?.findings).toHaveLength(2);
  });

  it('goes on where it was stopped, and sees each asset once', async () => {
    await using database = await testStore();
    const { store } = database;
    const { matcher } = await world(store, [oldLeft], [newRight]);
    let looked = 0;
    const cursors: (string | undefined)[] = [undefined];
    for (;;) {
      const page = await matchFrom(store, matcher, cursors.at(-1), 2, { now });
      looked += page.looked;
      if (page.next === undefined) break;
      cursors.push(page.next);
    }
    expect([looked, cursors.length]).toEqual([5, 3]);
    const [again, same] = [
      await matchFrom(store, matcher, cursors[1], 2, { now }),
      await matchFrom(store, matcher, cursors[1], 2, { now }),
    ];
    expect(again).toEqual(same);
  });
});

describe('assetsWithComponents', () => {
  it('finds them in pages, without those that are archived', async () => {
    await using database = await testStore();
    const { store } = database;
    const names = await fleet(store);
    const { id } = await store
      .selectFrom('component')
      .select('id')
      .where('purl', '=', 'pkg:npm/right@1.0.0')
      .executeTakeFirstOrThrow();
    const found = async () => {
      const ids: string[] = [];
      for await (const page of assetsWithComponents(store, [id], 2))
        ids.push(...page.map((one) => one.id));
      return ids.map((one) => names.get(one) ?? '').sort();
    };
    expect(await found()).toEqual(['cart', 'db1', 'shop']);
    await store.updateTable('asset').set({ archived_at: now }).where('name', '=', 'cart').execute();
    expect(await found()).toEqual(['db1', 'shop']);
  });
});
