import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handlers } from '../../src/api/handlers.ts';
import { contractOperations, openapiDocument } from '../../src/api/openapi.ts';
import { PERMISSIONS_OF, ROLES, type Role } from '../../src/domain/access.ts';
import { type Caller, type TestApi, testApi } from '../support/api.ts';

let api: TestApi;
const callers = new Map<Role, Caller>();
beforeAll(async () => {
  api = await testApi({ environment: {} });
  for (const role of ROLES) callers.set(role, await api.caller([role]));
});
afterAll(() => api[Symbol.asyncDispose]());

const operations = contractOperations();
const name = (one: { method: string; path: string }) => `${one.method.toUpperCase()} ${one.path}`;

it('carries out every operation of the contract, and nothing else', () => {
  const bound = handlers(api.dependencies).map(({ operation }) => name(operation));
  expect(bound.toSorted()).toEqual(operations.map(name).toSorted());
});

it('says of every operation in the published document who may', () => {
  const { paths } = openapiDocument('1') as {
    paths: Record<string, Record<string, { 'x-suture-needs'?: string }>>;
  };
  const needs = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map((operation) => operation['x-suture-needs']),
  );
  // Live events and the export of the log are no JSON, and served on their own.
  expect(needs.length).toBe(operations.length + 2);
  const known = ['none', 'any', 'read', 'operate', 'approve', 'audit', 'administer'];
  for (const need of needs) expect(known).toContain(need);
});

const OPEN = operations.filter((one) => one['x-suture-needs'] === 'none').map(name);
it('leaves nothing open but how to sign in', () => {
  expect(OPEN).toEqual(['GET /sign-in', 'POST /session']);
});

describe.each(operations.map((one) => [name(one), one] as const))('%s', (_, one) => {
  const path = `/api/v1${one.path.replaceAll(/\{\w+\}/g, '999999')}`;
  const method = one.method.toUpperCase();
  const needs = one['x-suture-needs'];
  const body = method === 'GET' || method === 'DELETE' ? undefined : {};

  it.skipIf(needs === 'none')('is for nobody who is not signed in', async () => {
    const { status, body: problem } = await api.ask(undefined, method, path, body);
    expect(status).toBe(401);
    expect(problem).toMatchObject({ code: 'not-signed-in', status: 401 });
  });

  it.each(ROLES)('for %s', async (role) => {
    const caller = await fresh(role, method, path);
    const { status, body: problem } = await api.ask(caller, method, path, body);
    if (needs === 'none' || needs === 'any' || PERMISSIONS_OF[role].includes(needs)) {
      // Allowed: what it then says of an empty body or of an asset 999999 is another matter.
      expect([200, 201, 202, 400, 404, 409, 415]).toContain(status);
      expect(problem?.code).not.toBe('forbidden');
    } else {
      expect(status).toBe(403);
      expect(problem).toMatchObject({ code: 'forbidden' });
    }
  });
});

/** Signing out ends what others still need. */
async function fresh(role: Role, method: string, path: string): Promise<Caller | undefined> {
  return method === 'DELETE' && path.endsWith('/session')
    ? await api.caller([role])
    : callers.get(role);
}
