import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Caller, type TestApi, testApi } from '../support/api.ts';

let api: TestApi;
let operator: Caller;
let approver: Caller;
beforeAll(async () => {
  api = await testApi();
  operator = await api.caller(['operator']);
  approver = await api.caller(['operator', 'approver']);
});
afterAll(() => api[Symbol.asyncDispose]());

async function registered(location: string): Promise<string> {
  const body = { location, context: { environment: 'production' } };
  const answer = await api.ask(operator, 'POST', '/api/v1/assets', body);
  expect(answer.status).toBe(201);
  return answer.body.asset.id as string;
}

const environmentOf = async (id: string) =>
  (await api.ask(operator, 'GET', `/api/v1/assets/${id}`)).body.environment as string;

it('takes the right to approve to say that an asset is less, on every way there is', async () => {
  const location = 'https://git.example/shop.git';
  const id = await registered(location);
  const ways: [string, string, object][] = [
    ['PUT', `/api/v1/assets/${id}/context/environment`, { value: 'test' }],
    ['POST', '/api/v1/assets', { location, context: { environment: 'development' } }],
    [
      'POST',
      '/api/v1/assets/import',
      { format: 'csv', text: `location,environment\n${location},staging\n` },
    ],
  ];
  for (const [method, path, body] of ways) {
    const refused = await api.ask(operator, method, path, body);
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await environmentOf(id)).toBe('production');
  }
  for (const [method, path, body] of ways) {
    expect((await api.ask(approver, method, path, body)).status).toBeLessThan(300);
    expect(await environmentOf(id)).not.toBe('production');
    await api.ask(approver, 'PUT', `/api/v1/assets/${id}/context/environment`, {
      value: 'production',
    });
  }
});

it('does not take it to say that one is more, or what a new one is', async () => {
  const id = await registered('https://git.example/till.git');
  const more = { value: 1 };
  const path = `/api/v1/assets/${id}/context/criticality`;
  expect((await api.ask(operator, 'PUT', path, more)).status).toBe(200);
  const fresh = {
    location: 'https://git.example/toy.git',
    context: { environment: 'development' },
  };
  expect((await api.ask(operator, 'POST', '/api/v1/assets', fresh)).status).toBe(201);
});

it('takes it to withdraw a word that made an asset more', async () => {
  const id = await registered('https://git.example/bank.git');
  const path = `/api/v1/assets/${id}/context/criticality`;
  await api.ask(operator, 'PUT', path, { value: 1 });
  expect((await api.ask(operator, 'PUT', path, { value: null })).status).toBe(403);
});
