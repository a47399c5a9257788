import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import type { DecisionDraft } from '../domain/decision.ts';
import { linkHash } from '../domain/decision-chain.ts';
import { checkpointWhenDue, latestCheckpoint, writeCheckpoint } from './checkpoints.ts';
import { type Store } from './database.ts';
import { decisionBySeq, listDecisions } from './decision-queries.ts';
import { recordDecision, recordDecisions } from './decisions.ts';
import { verifyChain } from './decisions-verify.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const pair = generateKeyPairSync('ed25519');
const signer = {
  id: 'a'.repeat(64),
  sign: (message: Uint8Array) => sign(null, message, pair.privateKey),
};
const trusted = [
  {
    id: signer.id,
    verify: (message: Uint8Array, signature: Uint8Array) =>
      verify(null, message, pair.publicKey, signature),
  },
];

function draft(number: number, more: Partial<DecisionDraft> = {}): DecisionDraft {
  return {
    kind: 'change',
    subject: { type: 'change', id: `change-${number % 3}` },
    assetId: '7',
    outcome: number % 2 === 0 ? 'approve' : 'auto',
    because: `reason number ${number}`,
    actor: { type: 'policy', version: 4 },
    rule: 'production',
    inputs: { confidence: 0.1 * number, big: 1e21, nested: { b: [1, null], a: 'ä\u0000\ud800' } },
    factors: [{ name: 'tier', value: '1', contribution: -0 }],
    alternatives: [{ outcome: 'observe', why: 'not asked for' }],
    versions: { suture: '0.1.0' },
    key: `key-${number}`,
    ...more,
  };
}

const drafts = (count: number) => Array.from({ length: count }, (_, index) => draft(index + 1));

/** What somebody with the database's password can do: the triggers do not stop them. */
async function behindOurBack(db: Store, statement: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`set local session_replication_role = replica`.execute(transaction);
    await sql.raw(statement).execute(transaction);
  });
}

describe('recording', () => {
  it('links decisions without a gap and reads them back as they were hashed', async () => {
    await using db = await testStore();
    const recorded = await recordDecisions(db.store, drafts(3), { now });
    expect(recorded.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    const back = await decisionBySeq(db.store, 2);
    expect(back).toEqual(JSON.parse(JSON.stringify(recorded[1])));
    expect(linkHash(back!)).toBe(recorded[1]!.hash);
    expect(await verifyChain(db.store, { trusted })).toMatchObject({ intact: true, decisions: 3 });
  });

  it('writes a key once, alone, in a batch and at the same time', async () => {
    await using db = await testStore();
    const first = await recordDecision(db.store, draft(1), { now });
    const again = await recordDecision(db.store, draft(1, { because: 'other' }), { now });
    expect(again).toEqual(JSON.parse(JSON.stringify(first)));
    const both = await recordDecisions(db.store, [draft(2), draft(1), draft(2)], { now });
    expect(both.map(({ seq }) => seq)).toEqual([2, 1, 2]);
    const raced = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        recordDecision(db.store, draft(3 + (index % 6)), { now }),
      ),
    );
    expect(raced.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual([
      3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8,
    ]);
    expect(await verifyChain(db.store, { trusted })).toMatchObject({ intact: true, decisions: 8 });
  });

  it('leaves no gap when the caller gives up', async () => {
    await using db = await testStore();
    await recordDecision(db.store, draft(1), { now });
    const failed = db.store.transaction().execute(async (transaction) => {
      await recordDecision(transaction, draft(2), { now });
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await recordDecision(db.store, draft(3), { now })).toMatchObject({ seq: 2 });
  });

  it('never goes back in time', async () => {
    await using db = await testStore();
    await recordDecision(db.store, draft(1), { now });
    const earlier = new Date(now.getTime() - 5_000);
    const { at } = await recordDecision(db.store, draft(2), { now: earlier });
    expect(at).toBe(now.toISOString());
  });

  it.each([
    'update decision set outcome = outcome',
    'delete from decision',
    'truncate decision cascade',
    'delete from decision_checkpoint',
  ])('does not let anyone forget by accident: %s', async (statement) => {
    await using db = await testStore();
    await recordDecision(db.store, draft(1), { now });
    await writeCheckpoint(db.store, { now, sign: signer });
    await expect(sql.raw(statement).execute(db.store)).rejects.toThrow('append-only');
  });
});

describe('verification finds what was done behind our back', () => {
  it.each<[string, string, number, string, RegExp]>([
    [
      'an altered record',
      `update decision set record = jsonb_set(record, '{because}', '"x"') where seq = 4`,
      4,
      'altered',
      /content/,
    ],
    [
      'an altered input',
      `update decision set record = jsonb_set(record, '{inputs,nested,a}', '"x"') where seq = 4`,
      4,
      'altered',
      /content/,
    ],
    [
      'a record that is none',
      `update decision set record = '5' where seq = 4`,
      4,
      'altered',
      /content/,
    ],
    [
      'an altered outcome column',
      `update decision set outcome = 'auto' where seq = 4`,
      4,
      'copy-altered',
      /outcome \(“auto” for “approve”\)/,
    ],
    [
      'an altered actor column',
      `update decision set actor = '5' where seq = 4`,
      4,
      'copy-altered',
      /actor/,
    ],
    [
      'an altered time column',
      `update decision set at = at + interval '1 ms' where seq = 4`,
      4,
      'copy-altered',
      /at \(/,
    ],
    [
      'an altered key column',
      `update decision set key = 'x' where seq = 4`,
      4,
      'copy-altered',
      /key/,
    ],
    [
      'an altered asset column',
      `update decision set asset_id = null where seq = 4`,
      4,
      'copy-altered',
      /asset_id/,
    ],
    [
      'an altered subject column',
      `update decision set subject_id = 'x' where seq = 4`,
      4,
      'copy-altered',
      /subject_id/,
    ],
    [
      'an altered hash',
      `update decision set hash = repeat('0', 64) where seq = 4`,
      4,
      'altered',
      /hash/,
    ],
    ['a deleted row', `delete from decision where seq = 4`, 4, 'missing', /Decision 4 is missing/],
    [
      'deleted rows',
      `delete from decision where seq between 4 and 6`,
      4,
      'missing',
      /Decisions 4 to 6 are missing/,
    ],
    ['a cut beginning', `delete from decision where seq <= 2`, 1, 'missing', /1 to 2/],
    [
      'a deleted row, the rest moved up',
      `delete from decision where seq = 4; update decision set seq = seq - 1 where seq > 4`,
      4,
      'out-of-order',
      /holds decision 5/,
    ],
    [
      'swapped rows',
      `update decision set seq = 99 where seq = 4; update decision set seq = 4 where seq = 5; update decision set seq = 5 where seq = 99`,
      4,
      'out-of-order',
      /holds decision 5/,
    ],
    [
      'an inserted row',
      `update decision set seq = -seq where seq >= 4; update decision set seq = 1 - seq where seq < 0; insert into decision select 4, at, kind, subject_type, subject_id, asset_id, outcome, actor_type, actor, jsonb_set(record, '{seq}', '4'), 'new', previous_hash, repeat('a', 64) from decision where seq = 3`,
      4,
      'altered',
      /content/,
    ],
    [
      'a row behind the end',
      `insert into decision select 11, at, kind, subject_type, subject_id, asset_id, outcome, actor_type, actor, jsonb_set(record, '{seq}', '11'), 'new', previous_hash, repeat('a', 64) from decision where seq = 10`,
      11,
      'altered',
      /content/,
    ],
    [
      'a cut end',
      `delete from decision where seq > 7`,
      8,
      'truncated',
      /Decisions 8 to 10 are missing at the end/,
    ],
    ['an empty table', `delete from decision`, 1, 'truncated', /1 to 10/],
    [
      'an altered checkpoint',
      `update decision_checkpoint set at = at - interval '1 day'`,
      10,
      'bad-signature',
      /altered/,
    ],
    [
      'a checkpoint by somebody else',
      `update decision_checkpoint set key_id = repeat('b', 64)`,
      10,
      'unknown-key',
      /not trusted/,
    ],
  ])('%s', async (_, statement, seq, what, message) => {
    await using db = await testStore();
    await recordDecisions(db.store, drafts(10), { now });
    await writeCheckpoint(db.store, { now, sign: signer });
    await behindOurBack(db.store, statement);
    const report = await verifyChain(db.store, { trusted, pageSize: 3 });
    expect(report.intact).toBe(false);
    expect(report.faults[0]).toMatchObject({ seq, what });
    expect(report.faults[0]!.message).toMatch(message);
  });

  it('also a chain that was rewritten with all its hashes, by its checkpoint', async () => {
    await using db = await testStore();
    await recordDecisions(db.store, drafts(6), { now });
    await writeCheckpoint(db.store, { now, sign: signer });
    await behindOurBack(db.store, 'delete from decision');
    const forged = drafts(6).with(2, draft(3, { outcome: 'auto', because: 'forged' }));
    await recordDecisions(db.store, forged, { now });
    const { faults } = await verifyChain(db.store, { trusted });
    expect(faults).toMatchObject([{ seq: 6, what: 'rewritten' }]);
  });

  it('only against a checkpoint kept elsewhere, where all in the database was replaced', async () => {
    await using db = await testStore();
    await recordDecisions(db.store, drafts(6), { now });
    const kept = (await writeCheckpoint(db.store, { now, sign: signer }))!;
    await behindOurBack(db.store, 'delete from decision; delete from decision_checkpoint');
    await recordDecisions(db.store, drafts(4), { now });
    expect(await verifyChain(db.store, { trusted })).toMatchObject({ intact: true });
    const { faults } = await verifyChain(db.store, { trusted, anchors: [kept] });
    expect(faults).toMatchObject([{ seq: 5, what: 'truncated' }]);
  });

  it('goes on where an earlier verification stopped', async () => {
    await using db = await testStore();
    await recordDecisions(db.store, drafts(5), { now });
    const { head } = await verifyChain(db.store, { trusted });
    await recordDecisions(db.store, [draft(6), draft(7)], { now });
    const more = await verifyChain(db.store, { trusted, after: head });
    expect(more).toMatchObject({ intact: true, decisions: 2, head: { seq: 7 } });
    await behindOurBack(db.store, `update decision set hash = repeat('0', 64) where seq = 5`);
    expect(await verifyChain(db.store, { trusted, after: head })).toMatchObject({ intact: true });
    expect(await verifyChain(db.store, { trusted })).toMatchObject({ intact: false });
  });
});

describe('checkpoints', () => {
  it('are signed by themselves every hundred decisions', async () => {
    await using db = await testStore();
    await recordDecisions(db.store, drafts(99), { now, sign: signer });
    expect(await latestCheckpoint(db.store)).toBeUndefined();
    await recordDecision(db.store, draft(100), { now, sign: signer });
    expect(await latestCheckpoint(db.store)).toMatchObject({ seq: 100, keyId: signer.id });
    expect(await verifyChain(db.store, { trusted })).toMatchObject({
      intact: true,
      checkpoints: 1,
    });
  });

  it('are signed on schedule where something came since', async () => {
    await using db = await testStore();
    const options = { now, sign: signer };
    expect(await checkpointWhenDue(db.store, options)).toBeUndefined();
    await recordDecision(db.store, draft(1), { now });
    expect(await checkpointWhenDue(db.store, options)).toMatchObject({ seq: 1 });
    await recordDecision(db.store, draft(2), { now });
    expect(await checkpointWhenDue(db.store, options)).toBeUndefined();
    const later = new Date(now.getTime() + 3_600_000);
    expect(await checkpointWhenDue(db.store, { now: later, sign: signer })).toMatchObject({
      seq: 2,
    });
    const muchLater = new Date(now.getTime() + 9_000_000);
    expect(await checkpointWhenDue(db.store, { now: muchLater, sign: signer })).toBeUndefined();
  });

  it.each([
    [
      'a row after the last',
      `update decision set record = jsonb_set(record, '{because}', '"x"') where seq = 5`,
    ],
    ['a column after the last', `update decision set outcome = 'x' where seq = 5`],
    ['the signed row', `delete from decision where seq = 3`],
    ['the signed row’s hash', `update decision set hash = repeat('0', 64) where seq = 3`],
  ])('do not bless what was tampered with: %s', async (_, statement) => {
    await using db = await testStore();
    await recordDecisions(db.store, drafts(3), { now });
    await writeCheckpoint(db.store, { now, sign: signer });
    await recordDecisions(db.store, [draft(4), draft(5)], { now });
    await behindOurBack(db.store, statement);
    await expect(writeCheckpoint(db.store, { now, sign: signer })).rejects.toMatchObject({
      code: 'decision-chain-broken',
    });
    // And recording goes on.
    const more = drafts(120).slice(10);
    expect(await recordDecisions(db.store, more, { now, sign: signer })).toHaveLength(110);
  });
});

describe('the log', () => {
  it.each<[string, Parameters<typeof listDecisions>[1], number[]]>([
    ['all, newest first', {}, [6, 5, 4, 3, 2, 1]],
    ['kind', { kinds: ['vote', 'pause'] }, [6]],
    ['subject', { subject: { type: 'change', id: 'change-1' } }, [4, 1]],
    ['subject type', { subject: { type: 'finding' } }, [5]],
    ['asset', { assetId: '8' }, [5]],
    ['actor', { actorType: 'person', actor: '17' }, [6]],
    ['outcome', { outcome: 'approve' }, [4, 2]],
    ['rule', { rule: 'canary' }, [6]],
    ['words', { text: 'NUMBER 3' }, [3]],
    ['words of the actor', { text: '17' }, [6]],
    ['from', { from: '2026-03-01T12:00:01.000Z' }, [6, 5]],
    ['to', { to: '2026-03-01T12:00:01.000Z' }, [4, 3, 2, 1]],
  ])('by %s', async (_, filter, seqs) => {
    await using db = await testStore();
    await recordDecisions(db.store, drafts(4), { now });
    const later = new Date(now.getTime() + 1_000);
    await recordDecisions(
      db.store,
      [
        draft(5, { subject: { type: 'finding', id: 'f' }, assetId: '8' }),
        draft(6, {
          kind: 'vote',
          subject: { type: 'policy', id: '1' },
          rule: 'canary',
          outcome: 'rejected',
          actor: { type: 'person', userId: '17', name: 'Ada' },
        }),
      ],
      { now: later },
    );
    const { decisions } = await listDecisions(db.store, filter, { limit: 10 });
    expect(decisions.map(({ seq }) => seq)).toEqual(seqs);
  });

  it('comes in pages', async () => {
    await using db = await testStore();
    await recordDecisions(db.store, drafts(5), { now });
    const first = await listDecisions(db.store, {}, { limit: 2 });
    expect(first).toMatchObject({ decisions: [{ seq: 5 }, { seq: 4 }], next: 4 });
    const rest = await listDecisions(db.store, {}, { limit: 3, before: first.next! });
    expect(rest.decisions.map(({ seq }) => seq)).toEqual([3, 2, 1]);
    expect(rest.next).toBeUndefined();
  });
});
