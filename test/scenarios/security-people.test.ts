import { afterAll, beforeAll, expect, it } from 'vitest';
import { requestApproval } from '../../src/store/approvals.ts';
import { change, markDecided, moveChange } from '../../src/store/changes.ts';
import { type Caller, type TestApi, testApi } from '../support/api.ts';
import { madeAsset } from '../support/made-asset.ts';
import { storedChange } from '../support/made-change.ts';

/** People with an account who want more than policy gives them. */
let api: TestApi;
let ann: Caller;
let ben: Caller;
let kim: Caller;
let assetId = '';
beforeAll(async () => {
  api = await testApi();
  ann = await api.caller(['approver']);
  ben = await api.caller(['approver']);
  kim = await api.caller(['operator', 'approver']);
  assetId = await madeAsset(api.store);
});
afterAll(() => api[Symbol.asyncDispose]());

const hour = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();

/** A change that two people have to agree on. */
async function asked(id: string, approvers: readonly string[] = ['role:approver']) {
  await storedChange(api.store, { id, assetId, now: hour(0) });
  await moveChange(api.store, id, { to: 'awaiting-approval', from: ['observed'] });
  await requestApproval(api.store, {
    changeId: id,
    quorum: 2,
    approvers,
    excluded: [],
    requestedAt: hour(0),
    expiresAt: hour(24),
    escalation: [],
    nextEscalationAt: null,
  });
}

/** A change that policy leaves to people. */
async function left(id: string) {
  await storedChange(api.store, { id, assetId, now: hour(0) });
  await markDecided(api.store, id, { policyVersion: 0, rule: 'all' });
}

const reason = 'It has to be out today.';
const override = (who: Caller, id: string, outcome: string) =>
  api.ask(who, 'POST', `/api/v1/changes/${id}/override`, { outcome, reason });
const approve = (who: Caller, id: string, headers = {}) =>
  api.ask(who, 'POST', `/api/v1/changes/${id}/votes`, { verdict: 'approve' }, headers);

it.each([
  ['who is asked', ['role:approver']],
  ['who is not', ['group:payments']],
])('lets nobody take a change alone that two have to agree on: %s', async (name, approvers) => {
  const id = `past-${name.replaceAll(' ', '-')}`;
  await asked(id, approvers);
  const answer = await override(ann, id, 'hand-over');
  expect(answer).toMatchObject({ status: 409, body: { code: 'not-open' } });
  expect((await change(api.store, id))?.override).toBeNull();
});

it('lets nobody take a change between its proof and what policy says of it', async () => {
  await storedChange(api.store, { id: 'early', assetId, now: hour(0) });
  const body = { code: 'not-decided' };
  expect(await override(ann, 'early', 'hand-over')).toMatchObject({ status: 409, body });
  await markDecided(api.store, 'early', { policyVersion: 0, rule: 'all' });
  expect((await override(ann, 'early', 'hand-over')).status).toBe(200);
});

it('lets nobody take what they asked for, though nobody was asked to vote', async () => {
  await left('own');
  await api.store
    .updateTable('remediation')
    .set({ requested_by: kim.user.id })
    .where('id', '=', 'remediation-own')
    .execute();
  for (const outcome of ['hand-over', 'now']) {
    const body = { code: 'vote-not-counted' };
    expect(await override(kim, 'own', outcome)).toMatchObject({ status: 403, body });
  }
  expect((await override(kim, 'own', 'reject')).status).toBe(200);
});

it('lets nobody put their word in the place of another’s that is not acted on yet', async () => {
  await left('dropped');
  expect((await override(ann, 'dropped', 'reject')).status).toBe(200);
  expect((await override(ben, 'dropped', 'hand-over')).status).toBe(409);
  expect(await change(api.store, 'dropped')).toMatchObject({
    override: { outcome: 'reject', by: ann.user.id },
  });
  await left('taken');
  expect((await override(ann, 'taken', 'hand-over')).status).toBe(200);
  expect((await override(ann, 'taken', 'hand-over')).status).toBe(200);
  expect((await override(ben, 'taken', 'reject')).status).toBe(200);
});

it('counts one person once, by token, by session, and at the same time', async () => {
  await asked('twice');
  const session = { cookie: ann.cookie, 'sec-fetch-site': 'same-origin' };
  const votes = [
    approve(ann, 'twice'),
    api.ask(undefined, 'POST', '/api/v1/changes/twice/votes', { verdict: 'approve' }, session),
    approve(ann, 'twice', { 'idempotency-key': 'first' }),
    approve(ann, 'twice', { 'idempotency-key': 'second' }),
  ];
  for (const { status } of await Promise.all(votes)) expect(status).toBe(200);
  const { body } = await api.ask(ann, 'GET', '/api/v1/changes/twice');
  expect(body.approval).toMatchObject({ state: 'waiting', approvals: 1, quorum: 2 });
});

it.each([
  ['lost the role', { roles: ['viewer' as const] }],
  ['was disabled', { disabled: true }],
])('does not count the vote of somebody who %s before the last one came', async (name, loses) => {
  const admin = await api.caller(['admin']);
  const leaving = await api.caller(['approver']);
  const id = `left-${name.replaceAll(' ', '-')}`;
  await asked(id);
  expect((await approve(leaving, id)).status).toBe(200);
  const path = `/api/v1/users/${leaving.user.id}`;
  expect((await api.ask(admin, 'PATCH', path, loses)).status).toBe(200);
  const { body } = await approve(ben, id);
  expect(body.approval).toMatchObject({ state: 'waiting', approvals: 1 });
  expect((await approve(leaving, id)).status).toBeGreaterThanOrEqual(401);
});

it('takes no vote on a change that another one took the place of', async () => {
  await asked('replaced');
  expect((await approve(ann, 'replaced')).status).toBe(200);
  await moveChange(api.store, 'replaced', { to: 'superseded', from: ['awaiting-approval'] });
  const body = { code: 'not-waiting' };
  expect(await approve(ben, 'replaced')).toMatchObject({ status: 409, body });
});

it('keeps one person’s idempotency keys from another', async () => {
  await asked('keys');
  const key = { 'idempotency-key': 'the-same' };
  expect((await approve(ann, 'keys', key)).body.approval.approvals).toBe(1);
  const second = await approve(ben, 'keys', key);
  expect(second.headers.get('idempotency-replayed')).toBeNull();
  expect(second.body.approval).toMatchObject({ state: 'approved', approvals: 2 });
});

it.each([
  ['POST', '/assets', { kind: 'repository', location: '/srv/a', identity: 'repository:/srv/b' }],
  ['POST', '/assets', { kind: 'repository', location: '/srv/a', scannedCommit: 'a'.repeat(40) }],
  ['PATCH', '/assets/1', { location: 'https://evil.example/a.git' }],
  ['POST', '/remediations', { assetId: '1', findingIds: [], requestedBy: '1' }],
  ['POST', '/changes/keys/votes', { verdict: 'approve', by: '1' }],
  ['POST', '/changes/keys/override', { outcome: 'reject', reason, byName: 'Somebody else' }],
  ['POST', '/exceptions', { advisoryId: 'GHSA-1', kind: 'accepted', state: 'active' }],
  ['POST', '/users', { name: 'Eve', roles: ['viewer'], issuer: 'https://idp.example' }],
  ['POST', '/tokens', { name: 'x', scopes: ['read'], userId: '1' }],
  ['PATCH', '/users/1', { roles: ['viewer'], subject: 'first-admin' }],
])('takes no member that is not its caller’s to say: %s %s %j', async (method, path, body) => {
  const admin = await api.caller(['admin']);
  const answer = await api.ask(admin, method, `/api/v1${path}`, body);
  expect(answer).toMatchObject({ status: 400, body: { code: 'input-invalid' } });
  expect(JSON.stringify(answer.body)).toMatch(/There is no/);
});

it('lets nobody change unseen what policy decides by', async () => {
  // Who also approves: nobody else may say that an asset is less than it was.
  const operator = await api.caller(['operator', 'approver']);
  const ask = (method: string, path: string, body: object) =>
    api.ask(operator, method, `/api/v1${path}`, body);
  const place = { kind: 'repository', location: '/srv/unseen' };
  const registered = await ask('POST', '/assets', place);
  const { id } = registered.body.asset;
  // Registered again, it says something else of the same asset.
  await ask('POST', '/assets', { ...place, context: { environment: 'test' } });
  await ask('PATCH', `/assets/${id}`, { owners: [`user:${operator.user.id}`] });
  await ask('PATCH', `/assets/${id}`, { credential: 'env:GIT_TOKEN' });
  await ask('PUT', `/assets/${id}/context/criticality`, { value: 4, because: 'small' });
  const csv = { format: 'csv', text: 'location,environment\n/srv/unseen,development\n' };
  await ask('POST', '/assets/import', csv);
  const log = await api.ask(ann, 'GET', '/api/v1/decisions?kind=judgement&limit=6');
  const told = log.body.items as { actor: string; outcome: string; because: string }[];
  expect(told.map(({ actor }) => actor)).toEqual(Array(6).fill(operator.user.name));
  expect(told.map(({ outcome, because }) => `${outcome}: ${because}`)).toEqual([
    `registered: ${operator.user.name} imported 1 assets (csv)`,
    'criticality is 4: small',
    `changed: ${operator.user.name} said so (credential)`,
    `changed: ${operator.user.name} said so (owners)`,
    expect.stringMatching(/^registered: .*context/),
    expect.stringMatching(/^registered: /),
  ]);
});
