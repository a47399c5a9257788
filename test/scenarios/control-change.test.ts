import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { voteOnChange } from '../../src/workflows/control/vote.ts';
import { type ControlWorld, controlWorld, PATIENCE, projectOn } from '../support/control-world.ts';

let world: ControlWorld;
beforeAll(async () => {
  world = await controlWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

describe('a change', () => {
  it('goes from a registered repository to verified closed', { timeout: 120_000 }, async () => {
    const place = await world.repository('happy', projectOn({ gate: '1.0.0' }));
    const asset = await world.register('happy');
    const change = await vi.waitFor(async () => {
      const [found] = await world.changes(asset.id);
      expect(found?.state).toBe('awaiting-approval');
      return found!;
    }, PATIENCE);
    expect(change.title).toContain('gate');

    const ann = await world.person('Ann', ['approver']);
    const now = { now: world.services.clock.now() };
    const vote = { changeId: change.id, verdict: 'approve', reason: '', avoid: [] } as const;
    expect(await voteOnChange(world.store, vote, ann, now)).toBe('approved');
    await world.client.wakeChange(change.id);
    await vi.waitFor(async () => {
      expect((await world.changes(asset.id))[0]?.state).toBe('handed-over');
    }, PATIENCE);
    expect(await world.git(place, 'rev-parse', change.branch)).toBe(change.commit);

    await world.git(place, 'update-ref', 'refs/heads/main', change.commit);
    await world.client.requestScan(asset.id, 'push');
    await vi.waitFor(async () => {
      expect((await world.changes(asset.id))[0]?.state).toBe('closed');
    }, PATIENCE);
  });
});
