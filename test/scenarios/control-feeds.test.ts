import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { feeds } from '../../src/plugins/feeds/index.ts';
import { registerAsset } from '../../src/store/assets-register.ts';
import { lastSync } from '../../src/store/feed-syncs.ts';
import { recordInventory } from '../../src/store/inventory.ts';
import { startWorker, type Worker } from '../../src/workflows/control/worker.ts';
import { projectOn } from '../support/control-packages.ts';
import { type ControlWorld, controlWorld, PATIENCE } from '../support/control-world.ts';

// What a sync of the feeds sets going; and that work outlives the workers that do it.

let world: ControlWorld;
let worker: Worker | undefined;
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await world?.[Symbol.asyncDispose]();
});

async function start(version = '1'): Promise<void> {
  worker = await startWorker({
    services: {
      ...world.services,
      tool: { name: 'suture', version },
      feeds: () => Promise.resolve(feeds),
    },
    databaseUrl: world.url,
    store: world.store,
    notifiers: [],
    log: pino({ level: 'silent' }),
    publicUrl: () => Promise.resolve('http://127.0.0.1:4870'),
    feedSource: join(world.root, 'feeds'),
    onDeclaredDead: () => {},
    silentSeconds: 5,
  });
}

async function publish(id: string, name: string, fixed: string): Promise<void> {
  const folder = join(world.root, 'feeds/osv/npm');
  await mkdir(folder, { recursive: true });
  const record = {
    schema_version: '1.6.0',
    id,
    modified: '2025-01-01T00:00:00Z',
    published: '2025-01-01T00:00:00Z',
    summary: `A hole in ${name}`,
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [
      {
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  };
  await writeFile(join(folder, `${id}.json`), JSON.stringify(record));
}

const synced = () =>
  vi.waitFor(async () => {
    const last = await lastSync(world.store);
    expect(last?.state).toBe('done');
    return last!;
  }, PATIENCE);

describe('a sync of the feeds', { timeout: 120_000 }, () => {
  it('looks at what it touches: repositories by a scan, others by what they hold', async () => {
    world = await controlWorld({ worker: false, index: false });
    await publish('GHSA-aaaa-0000-0001', 'latch', '2.0.1');
    await start();
    await world.repository('shop', projectOn({ gate: '1.0.0' }));
    await world.repository('other', projectOn({ latch: '2.0.1' }));
    const [shop, other] = [await world.register('shop'), await world.register('other')];
    const list = await registerAsset(world.store, { kind: 'sbom', name: 'device' });
    const component = { ecosystem: 'npm', scope: 'runtime', direct: true } as const;
    const gate = { name: 'gate', version: '1.0.0', purl: 'pkg:npm/gate@1.0.0' };
    await recordInventory(world.store, list.id, [{ ...component, ...gate, paths: [], seenIn: [] }]);
    await world.client.requestSync();
    await synced();
    for (const { id } of [shop, other]) await world.settled(id);
    expect(await world.findings(shop.id)).toEqual({});

    const before = await scansOf(other.id);
    await publish('GHSA-bbbb-0000-0001', 'gate', '1.0.1');
    await world.client.requestSync();
    const last = await synced();
    expect(last).toMatchObject({ packagesChanged: 1, assetsTouched: 2 });
    expect(await world.findings(list.id)).toEqual({ gate: 'open' });
    const change = await world.changeThat(shop.id, 'awaiting-approval');
    expect(change.detail.remedies).toMatchObject([{ package: 'gate', to: '1.0.1' }]);
    expect(await scansOf(other.id)).toBe(before);
  });

  it('is waited for by what is registered before the first one', async () => {
    world = await controlWorld({ worker: false, index: false });
    await publish('GHSA-bbbb-0000-0001', 'gate', '1.0.1');
    await world.repository('early', projectOn({ gate: '1.0.0' }));
    await world.client.requestSync();
    const asset = await world.register('early');
    await start();
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    expect(change.closes).toHaveLength(1);
  });
});

describe('work', { timeout: 120_000 }, () => {
  it('goes on with a newer worker where an older one left it', async () => {
    world = await controlWorld({ worker: false });
    await start('1');
    const place = await world.repository('upgraded', projectOn({ gate: '1.0.0' }));
    const asset = await world.register('upgraded');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    await worker?.stop();
    worker = undefined;
    // Nobody is there to see it.
    const ann = await world.person('Ann', ['approver']);
    expect(await world.vote(change.id, ann, 'approve')).toBe('approved');
    const scan = await world.client.requestScan(asset.id, 'push');
    await start('2');
    await world.changeThat(asset.id, 'handed-over');
    expect(await world.git(place, 'rev-parse', change.branch)).toBe(change.commit);
    await vi.waitFor(async () => {
      const row = await world.store
        .selectFrom('scan')
        .select('state')
        .where('workflow_id', '=', scan)
        .executeTakeFirst();
      expect(row?.state).toBe('done');
    }, PATIENCE);
  });

  it('that was written down and never enqueued is found', async () => {
    world = await controlWorld({ worker: false });
    await world.repository('forgotten', projectOn({ gate: '1.0.0' }));
    const asset = await registerAsset(world.store, {
      kind: 'repository',
      name: 'forgotten',
      location: join(world.root, 'forgotten'),
    });
    await world.store
      .insertInto('scan')
      .values({ asset_id: asset.id, trigger: 'push', workflow_id: 'scan-lost' })
      .execute();
    await start();
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    expect(change.closes).toHaveLength(1);
  });
});

async function scansOf(assetId: string): Promise<number> {
  const rows = await world.store
    .selectFrom('scan')
    .select('id')
    .where('asset_id', '=', assetId)
    .execute();
  return rows.length;
}
