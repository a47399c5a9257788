import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { updateAsset } from '../../src/store/assets.ts';
import { overrideByPerson, type VoterAccount } from '../../src/workflows/control/vote.ts';
import { projectOn } from '../support/control-packages.ts';
import { type ControlWorld, controlWorld, PATIENCE } from '../support/control-world.ts';

// What policy decides by itself, and when it lets a change go.

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const POLICY = `
autonomy:
  - { name: by itself, when: asset.name.startsWith("auto"), autonomy: auto }
  - { name: right in, when: asset.name.startsWith("merge"), autonomy: auto, handOver: merge }
  - { name: frozen, when: asset.name.startsWith("frozen"), autonomy: auto }
  - { name: only sure, when: asset.name == "unsure", autonomy: auto, minimumConfidence: 1 }
otherwise: approve
calendars:
  - name: year end
    kind: freeze
    when: asset.name.startsWith("frozen")
    start: ${day(-1)}
    end: ${day(3)}
`;

let world: ControlWorld;
let ann: VoterAccount;
beforeAll(async () => {
  world = await controlWorld();
  await world.policy(POLICY);
  ann = await world.person('Ann', ['approver']);
});
afterAll(() => world?.[Symbol.asyncDispose]());

async function registered(name: string) {
  const place = await world.repository(name, projectOn({ gate: '1.0.0' }));
  return { place, asset: await world.register(name) };
}

describe('policy', { timeout: 120_000 }, () => {
  it('hands a change over by itself', async () => {
    const { place, asset } = await registered('auto');
    const change = await world.changeThat(asset.id, 'handed-over');
    expect(await world.git(place, 'rev-parse', change.branch)).toBe(change.commit);
    expect(change.rule).toBe('by itself');
    expect(await world.decisions(change.id)).toEqual(['change auto', 'hand-over branch']);
  });

  it('merges a change, and sees that it closed what it was to close', async () => {
    const { place, asset } = await registered('merge');
    const change = await world.changeThat(asset.id, 'closed');
    expect(await world.git(place, 'rev-parse', 'main')).toBe(change.commit);
    expect(await world.git(place, 'branch', '--list')).toBe('* main');
    expect(await world.findings(asset.id)).toEqual({ gate: 'verified-closed' });
  });

  it('does not merge where somebody works, but leaves a branch', async () => {
    const place = await world.repository('merge-work', projectOn({ gate: '1.0.0' }));
    await world.git(world.root, 'clone', '-q', place, `${place}-clone`);
    await world.git(world.root, 'clone', '-q', `${place}-clone`, 'unused');
    await world.git(`${place}-clone`, 'remote', 'remove', 'origin');
    const asset = await world.register('merge-work-clone');
    const change = await world.changeThat(asset.id, 'handed-over');
    expect(change.handOver).toBe('branch');
    expect(await world.git(`${place}-clone`, 'rev-parse', change.branch)).toBe(change.commit);
    expect(await world.git(`${place}-clone`, 'status', '--porcelain')).toBe('');
  });

  it('waits for the end of a freeze, unless a person says now', async () => {
    const { place, asset } = await registered('frozen');
    const change = await world.changeThat(asset.id, 'scheduled');
    expect(change.notBefore).toMatch(new RegExp(`^${day(4)}`));
    expect(await world.git(place, 'branch', '--list')).toBe('* main');
    world.services.advance(4 * 24);
    await world.client.wakeChange(change.id);
    await world.changeThat(asset.id, 'handed-over');
    world.services.advance(-4 * 24);

    const other = await registered('frozen-now');
    const waiting = await world.changeThat(other.asset.id, 'scheduled');
    const now = { outcome: 'now', reason: 'It is being exploited.' } as const;
    await overrideByPerson(world.store, waiting.id, now, ann, world.services.clock.now());
    await world.client.wakeChange(waiting.id);
    await world.changeThat(other.asset.id, 'handed-over');
    expect(await world.decisions(waiting.id)).toEqual([
      'change auto',
      'override now',
      'hand-over branch',
    ]);
  });

  it('asks where a change is not as sure as its rule wants', async () => {
    const { asset } = await registered('unsure');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    expect(change.rule).toBe('only sure');
  });

  it('that changes is what counts from then on', async () => {
    const { asset } = await registered('later');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    await world.policy(POLICY.replace('otherwise: approve', 'otherwise: auto'));
    await world.changeThat(asset.id, 'handed-over');
    expect(await world.decisions(change.id)).toEqual([
      'change approve',
      'change auto',
      'hand-over branch',
    ]);
    await world.policy(POLICY);
  });

  it('that cannot be read decides nothing, and is said to', async () => {
    await world.policy('autonomy: [oh no\n');
    const { asset } = await registered('unread');
    await vi.waitFor(async () => {
      const rows = await world.store
        .selectFrom('scan')
        .select(['state', 'error'])
        .where('asset_id', '=', asset.id)
        .execute();
      expect(rows).toMatchObject([{ state: 'failed', error: expect.stringMatching(/policy/i) }]);
    }, PATIENCE);
    await world.policy(POLICY);
  });

  it('that cannot be read for a while loses no change', async () => {
    const { asset } = await registered('kept');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    await world.policy('autonomy: [oh no\n');
    await world.client.wakeChange(change.id);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await world.policy(POLICY);
    await world.vote(change.id, ann, 'approve');
    expect((await world.changeThat(asset.id, 'handed-over')).id).toBe(change.id);
  });

  it('lets go of the changes of an asset that is archived', async () => {
    const { asset } = await registered('archived');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    await updateAsset(world.store, asset.id, { archived: true });
    await world.client.wakeChange(change.id);
    expect((await world.changeThat(asset.id, 'cancelled')).id).toBe(change.id);
  });
});
