import { describe, expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import { madeAsset } from '../../test/support/made-asset.ts';
import { type MadeFinding, madeFinding } from '../../test/support/made-finding.ts';
import type { Store } from './database.ts';
import { decisionsOf, listDecisions } from './decision-queries.ts';
import { verifyChain } from './decisions-verify.ts';
import {
  decideException,
  type ExceptionRequest,
  expireExceptions,
  requestException,
} from './exceptions.ts';
import { coveredCount } from './exceptions-effect.ts';
import { activeExceptionsFor, exceptionsExpiring, listExceptions } from './exceptions-read.ts';
import { findingHistory, recordFindings } from './findings.ts';

const now = new Date('2026-11-02T08:00:00.000Z');
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const strict = { now, policy: { maximumDays: 90, approval: true }, policyVersion: 3 };
const lax = { ...strict, policy: { maximumDays: 90, approval: false } };

interface World {
  readonly store: Store;
  readonly ann: { id: string; name: string };
  readonly bob: { id: string; name: string };
  readonly assets: readonly string[];
  /** Ids of findings: two of one advisory in the first asset, one in the second, one other. */
  readonly ids: readonly string[];
}

async function world(store: Store): Promise<World> {
  const people = await store
    .insertInto('user_account')
    .values(['Ann', 'Bob'].map((name) => ({ issuer: 'local', subject: name, name })))
    .returning(['id', 'name'])
    .execute();
  const assets = [
    await madeAsset(store, { name: 'shop' }),
    await madeAsset(store, { name: 'till' }),
  ];
  const findings: MadeFinding[][] = [
    [
      { asset: 'shop' },
      { asset: 'shop', name: 'lodash-es' },
      { asset: 'shop', advisory: 'GHSA-x', aliases: ['CVE-x'] },
    ],
    [{ asset: 'till' }],
  ];
  const ids: string[] = [];
  for (const [index, assetId] of assets.entries()) {
    const made = findings[index]!.map(madeFinding);
    await recordFindings(store, {
      assetId,
      scanId: '1',
      findings: made,
      whole: true,
      now: '2026-11-01T00:00:00.000Z',
    });
    ids.push(...made.map(({ id }) => id));
  }
  return { store, ann: people[0]!, bob: people[1]!, assets, ids };
}

function request(more: Partial<ExceptionRequest>): ExceptionRequest {
  return {
    kind: 'accepted',
    reason: 'the module is not loaded in production',
    compensatingControl: 'egress is closed',
    expiresAt: inDays(30).toISOString(),
    ...more,
  };
}

async function states({ store, ids }: World): Promise<string[]> {
  const rows = await store.selectFrom('finding').select(['id', 'state']).execute();
  return ids.map((id) => rows.find((row) => row.id === id)!.state);
}

describe('an exception', () => {
  it('waits for a second person, counts, and is withdrawn; each step a decision', async () => {
    await using database = await testStore();
    const here = await world(database.store);
    const { store, ann, bob, ids } = here;
    const asked = await requestException(store, request({ findingId: ids[0]! }), ann, strict);
    expect(asked).toMatchObject({
      state: 'requested',
      owner: ann,
      requestedBy: ann,
      decidedBy: null,
    });
    expect(await states(here)).toEqual(['open', 'open', 'open', 'open']);
    const yes = { outcome: 'active', reason: 'seen it' } as const;
    await expect(decideException(store, asked.id, yes, ann, strict)).rejects.toMatchObject({
      code: 'exception-own',
    });
    const agreed = await decideException(store, asked.id, yes, bob, strict);
    expect(agreed).toMatchObject({ state: 'active', decidedBy: bob, decidedAt: now.toISOString() });
    expect(await states(here)).toEqual(['accepted', 'open', 'open', 'open']);
    expect(await decideException(store, asked.id, yes, bob, strict)).toEqual(agreed);
    await decideException(
      store,
      asked.id,
      { outcome: 'withdrawn', reason: 'no longer so' },
      ann,
      strict,
    );
    expect(await states(here)).toEqual(['open', 'open', 'open', 'open']);

    const log = await decisionsOf(store, { type: 'finding', id: ids[0]! });
    expect(log.map(({ kind, outcome, because }) => [kind, outcome, because])).toEqual([
      ['exception', 'withdrawn', 'no longer so'],
      ['exception', 'active', 'seen it'],
      ['exception', 'requested', 'the module is not loaded in production'],
    ]);
    expect(log[1]).toMatchObject({
      assetId: here.assets[0],
      actor: { type: 'person', userId: bob.id, name: 'Bob' },
      inputs: { finding: { package: 'lodash', aliases: ['CVE-2021-23337'] }, findings: 1 },
      versions: { policy: '3' },
    });
    const history = await findingHistory(store, ids[0]!);
    expect(history.slice(-2)).toMatchObject([
      { event: 'accepted', actor: bob.id, because: 'seen it', decisionSeq: '2' },
      { event: 'acceptance-ended', actor: ann.id, decisionSeq: '3' },
    ]);
    expect(await verifyChain(store, { trusted: [] })).toMatchObject({ intact: true, decisions: 3 });
  });

  it.each<[string, (w: World) => Partial<ExceptionRequest>, string[]]>([
    [
      'an advisory everywhere',
      () => ({ advisoryId: 'GHSA-35jh-r3h4-6jhm' }),
      ['accepted', 'accepted', 'open', 'accepted'],
    ],
    [
      'by an alias',
      () => ({ advisoryId: 'CVE-2021-23337' }),
      ['accepted', 'accepted', 'open', 'accepted'],
    ],
    [
      'in a package',
      () => ({ advisoryId: 'CVE-2021-23337', package: 'lodash' }),
      ['accepted', 'open', 'open', 'accepted'],
    ],
    [
      'on an asset',
      ({ assets }) => ({ advisoryId: 'CVE-2021-23337', assetId: assets[1]! }),
      ['open', 'open', 'open', 'accepted'],
    ],
    [
      'judged not affected',
      ({ ids }) => ({ kind: 'not-affected', findingId: ids[2]! }),
      ['open', 'open', 'not-affected', 'open'],
    ],
    ['nothing', () => ({ advisoryId: 'CVE-y' }), ['open', 'open', 'open', 'open']],
  ])('covers %s', async (_, scope, expected) => {
    await using database = await testStore();
    const here = await world(database.store);
    const made = await requestException(here.store, request(scope(here)), here.ann, lax);
    expect(await states(here)).toEqual(expected);
    expect(await coveredCount(here.store, made)).toBe(expected.filter((s) => s !== 'open').length);
    await decideException(
      here.store,
      made.id,
      { outcome: 'withdrawn', reason: 'x' },
      here.bob,
      lax,
    );
    expect(await states(here)).toEqual(['open', 'open', 'open', 'open']);
  });

  it('expires on schedule, once, but not what another one covers', async () => {
    await using database = await testStore();
    const here = await world(database.store);
    const { store, ann, ids } = here;
    await requestException(store, request({ advisoryId: 'CVE-2021-23337' }), ann, lax);
    const longer = request({ findingId: ids[1]!, expiresAt: inDays(60).toISOString() });
    await requestException(store, longer, ann, lax);
    await requestException(store, request({ findingId: ids[2]! }), ann, strict);
    expect(await expireExceptions(store, strict)).toEqual([]);
    const later = { ...strict, now: inDays(30) };
    const expired = (await Promise.all([1, 2].map(() => expireExceptions(store, later)))).flat();
    expect(expired.map(({ id }) => id).sort((a, b) => Number(a) - Number(b))).toEqual(['1', '3']);
    expect(await states(here)).toEqual(['open', 'accepted', 'open', 'open']);
    const { decisions } = await listDecisions(store, { outcome: 'expired' }, { limit: 9 });
    expect(decisions).toMatchObject(
      [1, 2].map(() => ({ actor: { type: 'policy', version: 3 }, outcome: 'expired' })),
    );
  });

  it.each<[string, Partial<ExceptionRequest>, RegExp]>([
    ['nothing', {}, /one finding or for one advisory/],
    ['both', { findingId: 'a', advisoryId: 'b' }, /one finding or for one advisory/],
    ['a finding in a package', { findingId: 'a', package: 'b' }, /package and asset already/],
    ['the past', { findingId: 'a', expiresAt: now.toISOString() }, /in the future/],
    ['no time at all', { findingId: 'a', expiresAt: 'soon' }, /in the future/],
    ['for too long', { findingId: 'a', expiresAt: inDays(91).toISOString() }, /at most 90 days/],
  ])('is not given for %s', async (_, more, message) => {
    await using database = await testStore();
    const { store, ann } = await world(database.store);
    await expect(requestException(store, request(more), ann, strict)).rejects.toThrow(message);
    expect(await listExceptions(store, {}, { limit: 9 })).toEqual([]);
  });

  it('is not asked for twice, nor decided twice, nor agreed to when its time is over', async () => {
    await using database = await testStore();
    const { store, ann, bob, ids } = await world(database.store);
    const first = await requestException(store, request({ findingId: ids[0]! }), ann, strict);
    await expect(
      requestException(store, request({ findingId: ids[0]! }), bob, strict),
    ).rejects.toMatchObject({ code: 'exception-exists' });
    const yes = { outcome: 'active', reason: 'ok' } as const;
    await expect(
      decideException(store, first.id, yes, bob, { ...strict, now: inDays(30) }),
    ).rejects.toMatchObject({ code: 'exception-over' });
    await decideException(store, first.id, { outcome: 'rejected', reason: 'no' }, bob, strict);
    await expect(decideException(store, first.id, yes, bob, strict)).rejects.toMatchObject({
      code: 'exception-decided',
    });
    await expect(decideException(store, '99', yes, bob, strict)).rejects.toMatchObject({
      code: 'exception-unknown',
    });
  });

  it('of two who decide at once, one does', async () => {
    await using database = await testStore();
    const { store, ann, bob, ids } = await world(database.store);
    const { id } = await requestException(store, request({ findingId: ids[0]! }), ann, strict);
    const outcomes = (['active', 'rejected'] as const).map((outcome) =>
      decideException(store, id, { outcome, reason: 'x' }, bob, strict),
    );
    const settled = await Promise.allSettled(outcomes);
    expect(settled.map(({ status }) => status).sort((a, b) => a.localeCompare(b))).toEqual([
      'fulfilled',
      'rejected',
    ]);
  });
});

describe('lists', () => {
  it('by state and by finding, and what ends soon', async () => {
    await using database = await testStore();
    const { store, ann, ids, assets } = await world(database.store);
    const everywhere = await requestException(
      store,
      request({ advisoryId: 'CVE-2021-23337', expiresAt: inDays(5).toISOString() }),
      ann,
      lax,
    );
    const here = await requestException(
      store,
      request({ findingId: ids[0]!, expiresAt: inDays(9).toISOString() }),
      ann,
      lax,
    );
    const waiting = await requestException(store, request({ findingId: ids[3]! }), ann, strict);
    const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id);
    expect(idsOf(await listExceptions(store, {}, { limit: 2 }))).toEqual([waiting.id, here.id]);
    expect(idsOf(await listExceptions(store, {}, { limit: 2, before: here.id }))).toEqual([
      everywhere.id,
    ]);
    expect(idsOf(await listExceptions(store, { states: ['requested'] }, { limit: 9 }))).toEqual([
      waiting.id,
    ]);
    expect(idsOf(await listExceptions(store, { findingId: ids[0]! }, { limit: 9 }))).toEqual([
      here.id,
      everywhere.id,
    ]);
    expect(idsOf(await listExceptions(store, { findingId: ids[2]! }, { limit: 9 }))).toEqual([]);
    expect(idsOf(await activeExceptionsFor(store, assets[0]!, now.toISOString()))).toEqual([
      here.id,
      everywhere.id,
    ]);
    expect(idsOf(await activeExceptionsFor(store, assets[1]!, now.toISOString()))).toEqual([
      everywhere.id,
    ]);
    const range = { after: now.toISOString(), before: inDays(7).toISOString(), limit: 9 };
    expect(idsOf(await exceptionsExpiring(store, range))).toEqual([everywhere.id]);
  });
});
