import { createHmac } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pushSecret } from '../../src/api/push.ts';
import { registerAsset } from '../../src/store/assets-register.ts';
import { type TestApi, testApi } from '../support/api.ts';

let api: TestApi;
let secret = '';
let id = '';
beforeAll(async () => {
  api = await testApi();
  secret = await pushSecret(api.dependencies);
  const registered = await registerAsset(api.store, {
    kind: 'repository',
    name: 'shop',
    location: 'https://git.example/shop.git',
  });
  ({ id } = registered);
});
afterAll(() => api[Symbol.asyncDispose]());

const scans = () => api.asked.filter(([what]) => what === 'scan');
const push = (assetId: string, body: object, headers: Readonly<Record<string, string>>) =>
  api.ask(undefined, 'POST', `/hooks/push/${assetId}`, body, headers);
const signed = (body: object) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(JSON.stringify(body)).digest('hex')}`,
});
const toBranch = (branch: string) => ({
  ref: `refs/heads/${branch}`,
  repository: { default_branch: 'main' },
});

it('makes its secret at the first start, for the server’s user alone', async () => {
  const path = join(api.home, 'keys', 'webhook.secret');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await readFile(path, 'utf8')).trim()).toBe(secret);
  expect(secret).toMatch(/^[\w-]{43}$/);
});

it('scans on a push to the watched branch, not on one to another', async () => {
  const before = scans().length;
  const main = toBranch('main');
  const headers = { ...signed(main), 'x-github-delivery': 'd-1' };
  expect(await push(id, main, headers)).toMatchObject({ status: 202 });
  expect(scans()[before]).toEqual(['scan', id, 'push', { key: 'push d-1' }]);
  const other = toBranch('feature');
  expect(await push(id, other, signed(other))).toMatchObject({
    status: 200,
    body: { runId: null, why: 'main is watched, not refs/heads/feature.' },
  });
  expect(scans().length).toBe(before + 1);
  const ping = { zen: 'Keep it logically awesome.' };
  expect((await push(id, ping, signed(ping))).body.runId).toBeNull();
});

it.each([
  ['without a signature', {}],
  ['with a wrong one', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }],
  ['with a wrong GitLab token', { 'x-gitlab-token': 'guess' }],
])('does nothing %s, and tells nothing of which assets there are', async (_, headers) => {
  const before = scans().length;
  const answers = await Promise.all(
    [id, '999999'].map((assetId) => push(assetId, toBranch('main'), headers)),
  );
  expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  expect(scans().length).toBe(before);
});

it('takes GitLab’s token as well, and knows what is not watched', async () => {
  const headers = { 'x-gitlab-token': secret };
  const body = { ref: 'refs/heads/main', project: { default_branch: 'main' } };
  expect((await push(id, body, headers)).status).toBe(202);
  expect((await push('999999', body, headers)).status).toBe(404);
});
