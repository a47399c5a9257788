import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyFile } from '../../src/cli/audit-file.ts';
import { recordDecisions } from '../../src/store/decisions.ts';
import { type Caller, type TestApi, testApi } from '../support/api.ts';

const PATH = '/api/v1/decisions/export';
const DECISIONS = 1_234;

let api: TestApi;
let auditor: Caller;
let elsewhere = '';
beforeAll(async () => {
  api = await testApi();
  auditor = await api.caller(['auditor']);
  elsewhere = await mkdtemp(join(tmpdir(), 'suture-elsewhere-'));
  const drafts = Array.from({ length: DECISIONS }, (_, index) => ({
    kind: 'change' as const,
    subject: { type: 'change' as const, id: `c${index}` },
    outcome: 'auto',
    because: 'tier 4, “quiet”\u2028',
    actor: { type: 'policy' as const, version: 1 },
    inputs: { index },
    factors: [],
    alternatives: [],
    versions: {},
    key: `${index}`,
  }));
  await recordDecisions(api.store, drafts, { now: new Date() });
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await rm(elsewhere, { recursive: true, force: true });
});

it('gives an auditor a file that is verified without the server, up to its last decision', async () => {
  const { status, headers, body } = await api.ask(auditor, 'GET', PATH);
  expect(status).toBe(200);
  expect(headers.get('content-disposition')).toMatch(
    /^attachment; filename="suture-audit-\d{4}-\d\d-\d\d\.jsonl"$/,
  );
  const file = join(elsewhere, 'audit.jsonl');
  await writeFile(file, body as string);
  expect(await verifyFile(file, {}, elsewhere)).toMatchObject({
    intact: true,
    decisions: DECISIONS,
    checkpoints: 1,
  });
  await writeFile(file, (body as string).replace('tier 4', 'tier 1'));
  expect(await verifyFile(file, {}, elsewhere)).toMatchObject({
    intact: false,
    faults: [{ seq: 1 }],
  });
});

it('speaks OCSF, an event a line', async () => {
  const { body } = await api.ask(auditor, 'GET', `${PATH}?format=ocsf`);
  const events = (body as string).trim().split('\n');
  expect(events).toHaveLength(DECISIONS);
  expect(JSON.parse(events[0] ?? '')).toMatchObject({ metadata: { product: { name: 'Suture' } } });
});

it('exports a part', async () => {
  const { body } = await api.ask(auditor, 'GET', `${PATH}?format=ocsf&since=2100-01-01T00:00:00Z`);
  expect(body).toBe('');
});

it.each([
  ['nobody', undefined, '', 401],
  ['viewer', ['viewer'], '', 403],
  ['operator', ['operator'], '', 403],
  ['auditor', ['auditor'], '?format=xml', 400],
  ['auditor', ['auditor'], '?from=2026-01-01T00:00:00Z', 400],
  ['auditor', ['auditor'], '?since=yesterday', 400],
] as const)('answers %s who asks for %s%s with %i', async (_, roles, query, expected) => {
  const caller = roles === undefined ? undefined : await api.caller(roles);
  const { status, body } = await api.ask(caller, 'GET', PATH + query);
  expect(status).toBe(expected);
  expect(body).toMatchObject({ remedy: expect.any(String) });
});
