import { afterAll, beforeAll, expect, it } from 'vitest';
import { requestApproval } from '../../src/store/approvals.ts';
import { markDecided, moveChange } from '../../src/store/changes.ts';
import { type Caller, type TestApi, testApi } from '../support/api.ts';
import { madeAsset } from '../support/made-asset.ts';
import { storedChange } from '../support/made-change.ts';

let api: TestApi;
let viewer: Caller;
let approver: Caller;
let second: Caller;
let requester: Caller;
let assetId = '';
beforeAll(async () => {
  api = await testApi();
  viewer = await api.caller(['viewer']);
  approver = await api.caller(['approver']);
  second = await api.caller(['approver'], { groups: ['web'] });
  requester = await api.caller(['approver']);
  assetId = await madeAsset(api.store);
});
afterAll(() => api[Symbol.asyncDispose]());

/** A change that people are asked about. */
async function asked(id: string, more: { quorum?: number; approvers?: readonly string[] } = {}) {
  await storedChange(api.store, { id, assetId, now: new Date().toISOString() });
  await moveChange(api.store, id, { to: 'awaiting-approval', from: ['observed'] });
  await requestApproval(api.store, {
    changeId: id,
    quorum: more.quorum ?? 1,
    approvers: more.approvers ?? ['role:approver'],
    excluded: [requester.user.id],
    requestedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    escalation: [],
    nextEscalationAt: null,
  });
}

const vote = (caller: Caller | undefined, id: string, body: object, headers = {}) =>
  api.ask(caller, 'POST', `/api/v1/changes/${id}/votes`, body, headers);
const approve = { verdict: 'approve' };

it('gives a link that was stolen no worth: who opens it must be somebody who may', async () => {
  await asked('stolen');
  // The link of a notification is the path alone: the page comes, and asks for a sign-in.
  const { body } = await api.ask(undefined, 'GET', '/changes/stolen', undefined, {
    accept: 'text/html',
  });
  expect(JSON.stringify(body)).not.toContain('package-stolen');
  for (const headers of [{}, { origin: api.address }, { 'sec-fetch-site': 'same-origin' }]) {
    expect((await vote(undefined, 'stolen', approve, headers)).status).toBe(401);
  }
  expect(await vote(viewer, 'stolen', approve)).toMatchObject({
    status: 403,
    body: { code: 'forbidden' },
  });
  const bycookie = { cookie: viewer.cookie, 'sec-fetch-site': 'same-origin' };
  expect((await vote(undefined, 'stolen', approve, bycookie)).status).toBe(403);
  const crossSite = { cookie: approver.cookie, 'sec-fetch-site': 'cross-site' };
  expect(await vote(undefined, 'stolen', approve, crossSite)).toMatchObject({
    body: { code: 'cross-site' },
  });
  const { body: change } = await api.ask(approver, 'GET', '/api/v1/changes/stolen');
  expect(change.approval).toMatchObject({
    state: 'waiting',
    approvals: 0,
    votes: [],
    mayVote: true,
  });
});

it('counts the vote of who was asked, once, and writes it down', async () => {
  await asked('quorum', { quorum: 2 });
  const headers = { 'idempotency-key': 'vote-1' };
  const [one, again] = [
    await vote(approver, 'quorum', approve, headers),
    await vote(approver, 'quorum', approve, headers),
  ];
  expect(one.body.approval).toMatchObject({ state: 'waiting', approvals: 1 });
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  await vote(approver, 'quorum', approve);
  const still = await api.ask(approver, 'GET', '/api/v1/changes/quorum');
  expect(still.body.approval).toMatchObject({ state: 'waiting', approvals: 1 });
  const both = await vote(second, 'quorum', { verdict: 'approve', reason: 'looked at the tests' });
  expect(both.body.approval).toMatchObject({ state: 'approved', approvals: 2 });
  expect(api.asked).toContainEqual(['wake', 'quorum']);
  expect((await vote(approver, 'quorum', approve)).body).toMatchObject({
    code: 'not-waiting',
    status: 409,
  });
  const log = await api.ask(
    approver,
    'GET',
    '/api/v1/decisions?kind=vote&subjectType=change&subjectId=quorum',
  );
  expect(log.body.items.length).toBeGreaterThanOrEqual(2);
});

it.each([
  ['who asked for it', () => requester, {}, /four eyes/],
  ['who was not asked', () => approver, { approvers: ['group:web'] }, /Not asked/],
])('does not count the vote of %s, and says why', async (name, who, more, why) => {
  const id = `not-${name.replaceAll(' ', '-')}`;
  await asked(id, more);
  const { body } = await api.ask(who(), 'GET', `/api/v1/changes/${id}`);
  expect(body.approval.mayVote).toBe(false);
  expect(body.approval.whyNot).toMatch(why);
  expect(body.needsMe).toBe(false);
  expect(await vote(who(), id, approve)).toMatchObject({
    status: 403,
    body: { code: 'vote-not-counted' },
  });
});

it('asks for a reason with a no', async () => {
  await asked('reason');
  expect(await vote(approver, 'reason', { verdict: 'reject' })).toMatchObject({
    status: 400,
    body: { code: 'reason-missing' },
  });
  const no = await vote(approver, 'reason', { verdict: 'reject', reason: 'breaks the checkout' });
  expect(no.body.approval).toMatchObject({ state: 'rejected' });
});

it('shows everybody their own part of the list and of the overview', async () => {
  await asked('mine', { approvers: ['group:web'] });
  const ids = async (caller: Caller, query: string) => {
    const { body } = await api.ask(caller, 'GET', `/api/v1/changes?${query}`);
    return body.items.map(({ id }: { id: string }) => id) as string[];
  };
  expect(await ids(second, 'needsMe=true')).toContain('mine');
  expect(await ids(approver, 'needsMe=true')).not.toContain('mine');
  expect(await ids(viewer, 'needsMe=true')).toEqual([]);
  expect(await ids(viewer, `state=awaiting-approval&asset=${assetId}`)).toContain('mine');
  const all: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body } = await api.ask(
      viewer,
      'GET',
      `/api/v1/changes?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    all.push(...body.items.map(({ id }: { id: string }) => id));
    cursor = body.nextCursor as string | null;
  }
  expect(new Set(all).size).toBe(all.length);
  expect(all.toSorted()).toEqual((await ids(viewer, 'limit=200')).toSorted());
  const { body } = await api.ask(second, 'GET', '/api/v1/overview');
  expect(body.needsYou.map(({ link }: { link: string }) => link)).toContain('/changes/mine');
});

it('takes an override with a reason, and drops what is decided', async () => {
  await storedChange(api.store, { id: 'taken', assetId, now: new Date().toISOString() });
  await markDecided(api.store, 'taken', { policyVersion: 0, rule: 'all' });
  const path = '/api/v1/changes/taken/override';
  const body = { outcome: 'hand-over', reason: 'needed for the audit tomorrow' };
  expect((await api.ask(viewer, 'POST', path, body)).status).toBe(403);
  expect((await api.ask(approver, 'POST', path, { ...body, reason: 'x' })).status).toBe(400);
  expect((await api.ask(approver, 'POST', path, body)).status).toBe(200);
  expect(api.asked).toContainEqual(['wake', 'taken']);
});

it('shows diff, evidence and findings of a change', async () => {
  const { findings } = await storedChange(api.store, {
    id: 'shown',
    assetId,
    now: new Date().toISOString(),
  });
  const { body: diff } = await api.ask(viewer, 'GET', '/api/v1/changes/shown/diff');
  expect(diff).toEqual({ diff: '--- a\n+++ b\n', truncated: false });
  const { body: evidence } = await api.ask(viewer, 'GET', '/api/v1/changes/shown/evidence');
  expect(evidence).toMatchObject({ signatureValid: false, statement: {} });
  const finding = `/api/v1/findings/${findings[0]?.id}`;
  const { body: explained } = await api.ask(viewer, 'GET', finding);
  expect(explained.explanation).toContain('package-shown');
  expect(explained.deadlines[0]).toMatchObject({ decides: true });
  const { body: history } = await api.ask(viewer, 'GET', `${finding}/history`);
  expect(history.items[0]).toMatchObject({ event: 'seen', to: 'open' });
  const closing = await api.ask(viewer, 'GET', `/api/v1/changes?finding=${findings[0]?.id}`);
  expect(closing.body.items).toHaveLength(1);
});
