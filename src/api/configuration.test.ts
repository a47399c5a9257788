import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiConfiguration } from './configuration.ts';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'suture-api-'));
});
afterAll(() => rm(home, { recursive: true }));

async function read(yaml: string, environment: NodeJS.ProcessEnv = {}) {
  await writeFile(join(home, 'server.yaml'), yaml);
  return await apiConfiguration(home, environment);
}

it('needs nothing', async () => {
  const configuration = await apiConfiguration(join(home, 'none'), {});
  expect(configuration).toMatchObject({ trustedProxies: [], sessions: { idleSeconds: 43_200 } });
  expect(configuration.oidc).toBeUndefined();
});

it('reads the file, and the environment before it', async () => {
  const yaml = `
publicUrl: https://suture.example.org
trustedProxies: [10.0.0.0/8]
oidc:
  issuer: https://id.example.org
  clientId: suture
  roles: { sre: operator }
`;
  const configuration = await read(yaml, {
    SUTURE_PUBLIC_URL: 'https://other.example.org/',
    SUTURE_OIDC_CLIENT_SECRET: 'env:OIDC_SECRET',
    SUTURE_OIDC_ROLES: 'security=admin, a=b=viewer',
  });
  expect(configuration.publicUrl).toBe('https://other.example.org');
  expect(configuration.trustedProxies).toEqual(['10.0.0.0/8']);
  expect(configuration.oidc).toMatchObject({ clientId: 'suture', clientSecret: 'env:OIDC_SECRET' });
  expect(configuration.oidc?.roles).toEqual({ security: 'admin', 'a=b': 'viewer' });
});

it.each([
  ['publicUrl: https://x.example/app', {}, /server\.yaml:1: publicUrl: .*without path/],
  ['\n\ntrustedProxies:\n  - everyone', {}, /server\.yaml:4: trustedProxies\.0: .*network/],
  ['oidc:\n  clientId: a\n  issuer: nonsense', {}, /server\.yaml:3: oidc\.issuer/],
  ['oidc: { issuer: "http://id.example", clientId: a }', {}, /oidc\.issuer: must be https/],
  ['oidc: { issuer: "https://x", clientId: a, roles: { g: boss } }', {}, /oidc\.roles\.g/],
  ['publicURL: https://x.example', {}, /publicURL/],
  ['a: [', {}, /server\.yaml:1/],
  ['', { SUTURE_PUBLIC_URL: 'suture.example.org' }, /SUTURE_PUBLIC_URL: publicUrl: .*http/],
  ['', { SUTURE_OIDC_ISSUER: 'https://x' }, /oidc\.clientId/],
])('refuses %j %j, saying where', async (yaml, environment, message) => {
  await expect(read(yaml, environment)).rejects.toThrow(message);
});
