import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signingKey } from '../../src/platform/keys.ts';
import { approval } from '../../src/store/approvals.ts';
import type { Control } from '../../src/workflows/control/control.ts';
import { escalateApprovals } from '../../src/workflows/control/escalations.ts';
import { overrideByPerson, type VoterAccount } from '../../src/workflows/control/vote.ts';
import { projectOn } from '../support/control-packages.ts';
import { type ControlWorld, controlWorld, PATIENCE } from '../support/control-world.ts';

// What people say of a change, and what comes of it.

const POLICY = `
autonomy:
  - name: two people
    when: asset.name == "two"
    autonomy: approve
    approval: { quorum: 2 }
  - name: soon
    when: asset.name == "expires"
    autonomy: approve
    approval: { expiresAfterHours: 48, escalation: [{ afterHours: 24, to: ["role:admin"] }], approvers: ["role:approver"] }
  - name: watch
    when: asset.name == "watched"
    autonomy: observe
  - name: hint
    when: asset.name == "hinted"
    autonomy: suggest
otherwise: approve
`;

let world: ControlWorld;
let ann: VoterAccount;
let ben: VoterAccount;
let vic: VoterAccount;
beforeAll(async () => {
  world = await controlWorld();
  await world.policy(POLICY);
  ann = await world.person('Ann', ['approver']);
  ben = await world.person('Ben', ['approver', 'operator']);
  vic = await world.person('Vic', ['viewer']);
});
afterAll(() => world?.[Symbol.asyncDispose]());

async function proposed(
  name: string,
  locked: Readonly<Record<string, string>> = { gate: '1.0.0' },
) {
  const place = await world.repository(name, projectOn(locked));
  const asset = await world.register(name);
  return { place, asset };
}

describe('people', { timeout: 120_000 }, () => {
  it('reject a change for good, until something is new', async () => {
    const { place, asset } = await proposed('rejected');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    await expect(world.vote(change.id, ann, 'reject', { reason: ' ' })).rejects.toMatchObject({
      code: 'reason-missing',
    });
    expect(await world.vote(change.id, ann, 'reject', { reason: 'We leave gate.' })).toBe(
      'rejected',
    );
    await world.changeThat(asset.id, 'rejected');
    expect(await world.findings(asset.id)).toEqual({ gate: 'open' });
    expect(await world.git(place, 'branch', '--list')).toBe('* main');

    await world.commit('rejected', { 'README.md': 'More\n' });
    await world.client.requestScan(asset.id, 'push');
    await world.settled(asset.id);
    expect(await world.changes(asset.id)).toHaveLength(1);

    // Something new: another finding, which the same plan would not close.
    await world.commit('rejected', projectOn({ gate: '1.0.0', latch: '2.0.0' }));
    await world.client.requestScan(asset.id, 'push');
    const next = await world.changeThat(asset.id, 'awaiting-approval');
    expect(next.closes).toHaveLength(2);
  });

  it('ask for another change, and get one that leaves alone what they said', async () => {
    const { asset } = await proposed('otherwise', { gate: '1.0.0', latch: '2.0.0' });
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    expect(change.detail.remedies.map((remedy) => remedy.package).sort()).toEqual([
      'gate',
      'latch',
    ]);
    const more = { reason: 'Not gate before the release.', avoid: ['gate'] };
    expect(await world.vote(change.id, ben, 'request-changes', more)).toBe('changes-requested');
    const next = await vi.waitFor(async () => {
      const all = await world.changes(asset.id);
      expect(all.map(({ state }) => state)).toEqual(['rejected', 'awaiting-approval']);
      return all[1]!;
    }, PATIENCE);
    expect(next.detail.remedies.map((remedy) => remedy.package)).toEqual(['latch']);
    expect(await world.findings(asset.id)).toEqual({ gate: 'open', latch: 'awaiting-approval' });
    // Whoever asked for it does not agree to it as well.
    await expect(world.vote(next.id, ben, 'approve')).rejects.toMatchObject({
      code: 'vote-not-counted',
    });
    expect(await world.vote(next.id, ann, 'approve')).toBe('approved');
    await world.changeThat(asset.id, 'handed-over');
  });

  it('have to be as many as policy says, different ones, and allowed to', async () => {
    const { place, asset } = await proposed('two');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    await expect(world.vote(change.id, vic, 'approve')).rejects.toMatchObject({
      code: 'vote-not-counted',
    });
    expect(await world.vote(change.id, ann, 'approve')).toBe('waiting');
    expect(await world.vote(change.id, ann, 'approve')).toBe('waiting');
    const alone = { outcome: 'hand-over', reason: 'It is urgent, I think.' } as const;
    const now = world.services.clock.now();
    await expect(overrideByPerson(world.store, change.id, alone, ann, now)).rejects.toMatchObject({
      code: 'not-open',
    });
    expect(await world.git(place, 'branch', '--list')).toBe('* main');
    expect(await world.vote(change.id, ben, 'approve')).toBe('approved');
    await world.changeThat(asset.id, 'handed-over');
  });

  it('who vote at the same time settle it once', async () => {
    const { asset } = await proposed('race');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    const outcomes = await Promise.allSettled(
      [ann, ben].map((person) => world.vote(change.id, person, 'approve')),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await world.changeThat(asset.id, 'handed-over');
    expect((await world.decisions(change.id)).filter((one) => one === 'vote approve')).toHaveLength(
      1,
    );
  });

  it('are asked in turn, and in the end no more', async () => {
    const { asset } = await proposed('expires');
    const change = await world.changeThat(asset.id, 'awaiting-approval');
    const admin = await world.person('Ada', ['admin']);
    await expect(world.vote(change.id, admin, 'approve')).rejects.toMatchObject({
      code: 'vote-not-counted',
    });
    world.services.advance(25);
    const control = {
      store: world.store,
      services: world.services,
      key: await signingKey(world.services.home),
      pause: { paused: () => Promise.resolve(false), off: () => Promise.resolve() },
    } as Partial<Control> as Control;
    await escalateApprovals(control);
    await escalateApprovals(control);
    expect(await approval(world.store, change.id)).toMatchObject({
      approvers: ['role:approver', 'role:admin'],
      escalated: 1,
      nextEscalationAt: null,
    });
    expect(await world.decisions(change.id)).toEqual(['change approve', 'escalation escalated']);
    expect(await world.told(asset.id)).toContain('approval-escalated');

    world.services.advance(24);
    await world.client.wakeChange(change.id);
    expect((await world.changeThat(asset.id, 'cancelled')).id).toBe(change.id);
    expect((await approval(world.store, change.id))?.state).toBe('expired');
    expect(await world.findings(asset.id)).toEqual({ gate: 'open' });
    world.services.advance(-49);
  });

  it.each(['watched', 'hinted'])('take a change that policy leaves to them: %s', async (name) => {
    const { place, asset } = await proposed(name);
    const state = name === 'watched' ? 'observed' : 'suggested';
    const change = await vi.waitFor(async () => {
      const [found] = await world.changes(asset.id);
      expect(found).toMatchObject({ state, decidedByPolicy: expect.any(Number) });
      return found!;
    }, PATIENCE);
    expect(await world.told(asset.id)).toEqual(
      name === 'watched' ? ['new-act-findings'] : ['new-act-findings', 'approval-needed'],
    );
    const override = { outcome: 'hand-over', reason: 'We want it today.' } as const;
    const now = world.services.clock.now();
    await overrideByPerson(world.store, change.id, override, ann, now);
    await world.client.wakeChange(change.id);
    await world.changeThat(asset.id, 'handed-over');
    expect(await world.git(place, 'rev-parse', change.branch)).toBe(change.commit);
    expect(await world.decisions(change.id)).toEqual([
      `change ${name === 'watched' ? 'observe' : 'suggest'}`,
      'override hand-over',
      'hand-over branch',
    ]);
    await expect(
      overrideByPerson(world.store, change.id, override, ann, now),
    ).rejects.toMatchObject({ code: 'not-open' });
  });
});
