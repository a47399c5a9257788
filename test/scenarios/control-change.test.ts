import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { outcomesOf } from '../../src/store/outcomes.ts';
import { setPause } from '../../src/store/settings.ts';
import type { VoterAccount } from '../../src/workflows/control/vote.ts';
import { EXPLOITED, GATE, HOLES, hole, LATCH, projectOn } from '../support/control-packages.ts';
import { type ControlWorld, controlWorld, PATIENCE } from '../support/control-world.ts';

// What becomes of a change: the way of most of them, and the others.

let world: ControlWorld;
let ann: VoterAccount;
beforeAll(async () => {
  world = await controlWorld();
  ann = await world.person('Ann', ['approver']);
});
afterAll(() => world?.[Symbol.asyncDispose]());

describe('a change', { timeout: 120_000 }, () => {
  it('goes from a registered repository to verified closed', async () => {
    const place = await world.repository('happy', projectOn({ gate: '1.0.0' }));
    const asset = await world.register('happy');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    expect(change.detail.verification.verdict).toBe('proven');
    expect(await world.findings(asset.id)).toEqual({ gate: 'awaiting-approval' });
    // Nothing is in the repository before people agreed.
    expect(await world.git(place, 'branch', '--list')).toBe('* main');

    expect(await world.vote(change.id, ann, 'approve')).toBe('approved');
    await world.changeThat(asset.id, 'handed-over');
    expect(await world.git(place, 'rev-parse', change.branch)).toBe(change.commit);
    expect(await world.git(place, 'rev-parse', `${change.branch}~1`)).toBe(change.baseCommit);
    expect(await world.findings(asset.id)).toEqual({ gate: 'patched' });

    // A scan before the merge closes nothing.
    await world.client.requestScan(asset.id, 'demand');
    await world.settled(asset.id);
    expect(await world.findings(asset.id)).toEqual({ gate: 'patched' });

    await world.git(place, 'update-ref', 'refs/heads/main', change.commit);
    await world.client.requestScan(asset.id, 'push');
    await world.changeThat(asset.id, 'closed');
    expect(await world.findings(asset.id)).toEqual({ gate: 'verified-closed' });
    expect(await outcomesOf(world.store, change.id)).toMatchObject([{ result: 'held', by: null }]);
    expect(await world.decisions(change.id)).toEqual([
      'change approve',
      'vote approve',
      'hand-over branch',
      'closure closed',
    ]);
    expect(await world.told(asset.id)).toEqual([
      'new-act-findings',
      'approval-needed',
      'change-handed-over',
      'change-closed',
    ]);
    expect(await runsOf(asset.id)).toEqual(['done']);
  });

  it('is closed by a squash merge and by a fix made by hand', async () => {
    const place = await world.repository('squash', projectOn({ gate: '1.0.0' }));
    const asset = await world.register('squash');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    await world.vote(change.id, ann, 'approve');
    await world.changeThat(asset.id, 'handed-over');
    await world.commit('squash', { 'README.md': 'Meanwhile\n' });
    await world.commit('squash', filesOf(change.contents));
    await world.client.requestScan(asset.id, 'push');
    expect((await world.changeThat(asset.id, 'closed')).id).toBe(change.id);
    expect(await world.decisions(change.id)).toContain('closure closed');
    expect(await world.git(place, 'log', '--format=%s', 'main')).not.toContain('[security]');

    await world.repository('by-hand', projectOn({ gate: '1.0.0' }));
    const other = await world.register('by-hand');
    const proposed = await world.changeThat(other.id, 'awaiting-approval');
    await world.vote(proposed.id, ann, 'approve');
    await world.changeThat(other.id, 'handed-over');
    await world.commit('by-hand', projectOn({ gate: '1.1.0' }));
    await world.client.requestScan(other.id, 'push');
    await world.changeThat(other.id, 'closed');
    expect(await world.decisions(proposed.id)).toContain('closure closed-otherwise');
    expect(await outcomesOf(world.store, proposed.id)).toEqual([]);
  });

  it('that somebody takes back is known to have broken something', async () => {
    const place = await world.repository('reverted', projectOn({ gate: '1.0.0' }));
    const asset = await world.register('reverted');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    await world.vote(change.id, ann, 'approve');
    await world.changeThat(asset.id, 'handed-over');
    await world.git(place, 'update-ref', 'refs/heads/main', change.commit);
    await world.client.requestScan(asset.id, 'push');
    await world.changeThat(asset.id, 'closed');
    await world.git(place, 'update-ref', 'refs/heads/main', change.baseCommit);
    await world.client.requestScan(asset.id, 'push');
    await vi.waitFor(async () => {
      const outcomes = await outcomesOf(world.store, change.id);
      expect(outcomes.map(({ result }) => result)).toEqual(['held', 'broke']);
    }, PATIENCE);
  });

  it('that is merged and does not help is said to, and another is made', async () => {
    const place = await world.repository('vain', projectOn({ gate: '1.0.0' }));
    const asset = await world.register('vain');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    await world.vote(change.id, ann, 'approve');
    await world.changeThat(asset.id, 'handed-over');
    await world.git(place, 'update-ref', 'refs/heads/main', change.commit);
    // The record is corrected: what was thought to end it does not.
    await world.advisories([hole('GHSA-gate-0000-0001', 'gate', '1.1.0'), EXPLOITED, ...LATCH]);
    await world.client.requestScan(asset.id, 'push');
    expect((await world.changeThat(asset.id, 'not-effective')).id).toBe(change.id);
    expect(await world.told(asset.id)).toContain('change-not-effective');
    const next = await world.changeThat(asset.id, 'awaiting-approval');
    expect(next.detail.remedies).toMatchObject([{ package: 'gate', to: '1.1.0' }]);
    await world.advisories(HOLES);
  });

  it('gives way to a newer plan', async () => {
    await world.repository('newer', projectOn({ gate: '1.0.0', latch: '2.0.0' }));
    await world.advisories(GATE);
    const asset = await world.register('newer');
    const first = await world.changeThat(asset.id, 'awaiting-approval');
    await world.advisories(HOLES);
    await world.client.requestScan(asset.id, 'advisories');
    await vi.waitFor(async () => {
      const states = (await world.changes(asset.id)).map(({ state }) => state);
      expect(states).toEqual(['superseded', 'awaiting-approval']);
    }, PATIENCE);
    const second = await world.changeThat(asset.id, 'awaiting-approval');
    expect(second.closes).toHaveLength(2);
    expect(await world.decisions(first.id)).toEqual(['change approve', 'supersede superseded']);
    await expect(world.vote(first.id, ann, 'approve')).rejects.toMatchObject({
      code: 'not-waiting',
    });
    expect(await world.findings(asset.id)).toEqual({
      gate: 'awaiting-approval',
      latch: 'awaiting-approval',
    });
    await vi.waitFor(async () => {
      expect(await runsOf(asset.id)).toEqual(['superseded', 'waiting']);
    }, PATIENCE);
  });

  it('is planned again when its lockfile moved on, and not when something else did', async () => {
    await world.repository('moving', projectOn({ gate: '1.0.0' }));
    const asset = await world.register('moving');
    const first = await world.changeThat(asset.id, 'awaiting-approval');
    await world.commit('moving', { 'README.md': 'More\n' });
    await world.client.requestScan(asset.id, 'push');
    await world.settled(asset.id);
    expect(await world.changes(asset.id)).toHaveLength(1);

    await world.commit('moving', projectOn({ gate: '1.0.0', latch: '2.0.1' }));
    await world.client.requestScan(asset.id, 'push');
    await vi.waitFor(async () => {
      const states = (await world.changes(asset.id)).map(({ state }) => state);
      expect(states).toEqual(['superseded', 'awaiting-approval']);
    }, PATIENCE);
    const second = await world.changeThat(asset.id, 'awaiting-approval');
    expect(second.baseCommit).not.toBe(first.baseCommit);
  });

  it('is not begun twice for the same work', async () => {
    await world.repository('twice', projectOn({ gate: '1.0.0' }));
    const asset = await world.register('twice');
    await world.changeThat(asset.id, 'awaiting-approval');
    for (let turn = 0; turn < 3; turn += 1) {
      await world.client.requestScan(asset.id, 'demand');
      await world.settled(asset.id);
    }
    expect(await world.changes(asset.id)).toHaveLength(1);
    expect(await runsOf(asset.id)).toEqual(['waiting']);
  });

  it('that cannot be proven leaves its findings open, with the reason', async () => {
    const files = projectOn({ gate: '1.0.0' });
    const stuck =
      "const { test } = require('node:test');\ntest('old', () => require('node:assert').equal(require('gate/package.json').version, '1.0.0'));\n";
    await world.repository('stuck', { ...files, 'test/stuck.test.js': stuck });
    const asset = await world.register('stuck');
    await vi.waitFor(async () => expect(await runsOf(asset.id)).toEqual(['done']), PATIENCE);
    expect(await world.changes(asset.id)).toEqual([]);
    expect(await world.findings(asset.id)).toEqual({ gate: 'open' });
    const run = await world.store
      .selectFrom('remediation')
      .select('unfixed')
      .where('asset_id', '=', asset.id)
      .executeTakeFirstOrThrow();
    expect(run.unfixed).toMatchObject([{ why: expect.stringContaining('old') }]);
    // The same would come of it again.
    await world.client.requestScan(asset.id, 'demand');
    await world.settled(asset.id);
    expect(await runsOf(asset.id)).toEqual(['done']);
  });

  it('waits while everything is paused, and goes on after', async () => {
    const place = await world.repository('paused', projectOn({ gate: '1.0.0' }));
    const asset = await world.register('paused');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    await setPause(world.store, { paused: true, reason: 'a look around' }, ann.userId);
    await world.vote(change.id, ann, 'approve');
    const scan = await world.client.requestScan(asset.id, 'demand');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await world.git(place, 'branch', '--list')).toBe('* main');
    expect(await scanState(scan)).toBe('queued');
    await setPause(world.store, { paused: false, reason: 'seen' }, ann.userId);
    await world.changeThat(asset.id, 'handed-over');
    await vi.waitFor(async () => expect(await scanState(scan)).toBe('done'), PATIENCE);
  });

  it('ends with its cancelled run', async () => {
    await world.repository('cancelled', projectOn({ gate: '1.0.0' }));
    const asset = await world.register('cancelled');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    const cancel = { by: 'Ann', reason: 'not now' };
    expect(await world.client.cancelRun(change.remediationId, cancel)).toBe(true);
    expect(await world.client.cancelRun(change.remediationId, cancel)).toBe(false);
    expect((await world.changeThat(asset.id, 'cancelled')).id).toBe(change.id);
    expect(await runsOf(asset.id)).toEqual(['cancelled']);
    expect(await world.findings(asset.id)).toEqual({ gate: 'open' });
  });

  it('of a repository that is gone is said to have failed', async () => {
    const place = await world.repository('gone', projectOn({ gate: '1.0.0' }));
    const asset = await world.register('gone');
    await world.changeThat(asset.id, 'awaiting-approval');
    await world.git(place, 'update-ref', '-d', 'refs/heads/main');
    const scan = await world.client.requestScan(asset.id, 'demand');
    await vi.waitFor(async () => expect(await scanState(scan)).toBe('failed'), PATIENCE);
    expect(await world.told(asset.id)).toContain('scan-failed');
    expect(await world.findings(asset.id)).toEqual({ gate: 'awaiting-approval' });
  });
});

async function runsOf(assetId: string): Promise<readonly string[]> {
  const rows = await world.store
    .selectFrom('remediation')
    .select('state')
    .where('asset_id', '=', assetId)
    .orderBy('started_at')
    .execute();
  return rows.map(({ state }) => state);
}

async function scanState(id: string): Promise<string | undefined> {
  const row = await world.store
    .selectFrom('scan')
    .select('state')
    .where('workflow_id', '=', id)
    .executeTakeFirst();
  return row?.state;
}

function filesOf(contents: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(contents).map(([path, text]) => [path, text ?? '']));
}
