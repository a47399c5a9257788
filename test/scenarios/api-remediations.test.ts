import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordFindings } from '../../src/store/findings.ts';
import { type TestApi, testApi } from '../support/api.ts';
import { madeAsset } from '../support/made-asset.ts';
import { madeFinding } from '../support/made-finding.ts';

let api: TestApi;
let assetId = '';
beforeAll(async () => {
  api = await testApi();
  assetId = await madeAsset(api.store);
  await api.store
    .updateTable('asset')
    .set({ kind: 'repository', location: '/srv/shop', scanned_commit: 'a'.repeat(40) })
    .where('id', '=', assetId)
    .execute();
  const now = new Date().toISOString();
  const findings = [madeFinding({ asset: 'shop' })];
  await recordFindings(api.store, { assetId, scanId: '1', findings, whole: true, now });
});
afterAll(() => api[Symbol.asyncDispose]());

const why = 'The exploit is out and the fix is a day old';
const written = async () =>
  await api.store.selectFrom('remediation').select(['id', 'without_cooldown']).execute();

it('lets only whom policy names take versions younger than the cooldown', async () => {
  const operator = await api.caller(['operator']);
  const body = { assetId, withoutCooldown: why };
  const refused = await api.ask(operator, 'POST', '/api/v1/remediations', body);
  expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  expect(refused.body.remedy).toContain('approver, admin');
  expect(await written()).toEqual([]);
});

it('keeps that it was taken away, by whom and why', async () => {
  const both = await api.caller(['operator', 'approver']);
  const body = { assetId, withoutCooldown: why };
  const answer = await api.ask(both, 'POST', '/api/v1/remediations', body);
  expect(answer.status).toBe(202);
  expect(await written()).toEqual([{ id: answer.body.runId, without_cooldown: true }]);
  const { items } = (await api.ask(both, 'GET', '/api/v1/decisions?kind=override')).body;
  expect(items).toMatchObject([
    { outcome: 'without-cooldown', because: why, actor: both.user.name, subjectId: assetId },
  ]);
});
