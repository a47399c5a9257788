import { expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import { madeAsset } from '../../test/support/made-asset.ts';
import { madeFinding } from '../../test/support/made-finding.ts';
import { madeChange } from '../../test/support/policy-case.ts';
import { type ControlPolicy, defaultControlPolicy } from '../domain/control-policy.ts';
import type { Store } from '../store/database.ts';
import { recordFindings } from '../store/findings.ts';
import { simulatePolicy } from './simulate-policy.ts';

const now = new Date('2026-11-22T10:00:00Z');
const findings = [
  madeFinding({ score: 60 }),
  madeFinding({ name: 'qs', advisory: 'GHSA-q' }),
  madeFinding({ name: 'tar', advisory: 'GHSA-t', band: 'act', score: 80 }),
];

async function world(store: Store): Promise<void> {
  const assetId = await madeAsset(store, { name: 'shop' });
  await recordFindings(store, {
    assetId,
    scanId: '1',
    findings,
    whole: true,
    now: '2026-11-18T08:00:00.000Z',
  });
  await store
    .insertInto('remediation')
    .values({
      id: 'r',
      asset_id: assetId,
      work_key: 'k',
      trigger: 'demand',
      policy_version: 1,
      finding_ids: [],
    })
    .execute();
  const changes = [
    { id: 'new', at: '2026-11-20T08:00:00Z', confidence: 0.95, closing: [findings[0]!] },
    { id: 'unsure', at: '2026-11-19T08:00:00Z', confidence: 0.82, closing: [findings[1]!] },
    { id: 'old', at: '2026-08-01T08:00:00Z', confidence: 0.99, closing: [findings[2]!] },
  ];
  for (const [position, { id, at, confidence, closing }] of changes.entries()) {
    const detail = { ...madeChange({ confidence }, closing), id };
    await store
      .insertInto('change')
      .values({
        id,
        remediation_id: 'r',
        asset_id: assetId,
        position,
        state: 'withheld',
        title: `Close ${id}`,
        lockfile: 'package-lock.json',
        remedies: '[]',
        remedy_set: id,
        closes: [...detail.closes],
        files: [],
        verdict: 'proven',
        confidence,
        confidence_low: confidence,
        confidence_high: confidence,
        risk_removed: 1,
        detail: JSON.stringify(detail),
        closing: JSON.stringify(closing),
        created_at: at,
      })
      .execute();
  }
  await store
    .updateTable('finding')
    .set({ change_id: 'new' })
    .where('id', '=', findings[0]!.id)
    .execute();
}

const numbered = (policy: Partial<ControlPolicy>, version: number) => ({
  policy: { ...defaultControlPolicy, ...policy },
  version,
});

it('asks both policies about the changes and findings of the last days', async () => {
  await using database = await testStore();
  const { store } = database;
  await world(store);
  const found = await simulatePolicy(store, {
    inForce: numbered({}, 1),
    proposed: numbered(
      {
        autonomy: [{ name: 'sure', autonomy: 'auto', minimumConfidence: 0.9 }],
        deadlines: [{ band: 'attend', days: 2 }],
      },
      0,
    ),
    days: 30,
    now,
  });
  expect(found).toMatchObject({
    from: '2026-10-23T10:00:00.000Z',
    to: '2026-11-22T10:00:00.000Z',
    changes: 2,
    sampled: false,
    inForce: { approve: 2 },
    proposed: { auto: 1, approve: 1 },
    approvalsInForce: 2,
    approvalsProposed: 1,
    differing: 1,
  });
  expect(found.differences).toMatchObject([
    { changeId: 'new', title: 'Close new', asset: 'shop', in: ['outcome'] },
  ]);
  expect(found.deadlines).toMatchObject({ findings: 3, earlier: 2, later: 0 });
  expect(found.deadlines.moved[0]).toMatchObject({
    asset: 'shop',
    proposed: { due: '2026-11-20', rule: 'house rule: attend within 2 days' },
  });
  expect(found.deadlines.hypothetical).toMatchObject({
    findings: 2,
    inForce: { approve: 2 },
    proposed: { auto: 2 },
  });
  expect(found.assumptions).toContain(
    'assets have the context, labels and owners that they have today',
  );
});

it('has an answer for an empty store', async () => {
  await using database = await testStore();
  const found = await simulatePolicy(database.store, {
    inForce: numbered({}, 1),
    proposed: numbered({}, 0),
    days: 1,
    now,
  });
  expect(found).toMatchObject({ changes: 0, inForce: {}, differences: [], sampled: false });
});
