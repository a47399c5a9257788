import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openapiDocument } from '../../src/api/openapi.ts';
import { exec } from '../../src/platform/exec.ts';
import { type TestApi, testApi } from '../support/api.ts';

const root = join(import.meta.dirname, '..', '..');
let api: TestApi;
let bare: TestApi;
let page = '';
beforeAll(async () => {
  page = await mkdtemp(join(tmpdir(), 'suture-page-'));
  await mkdir(join(page, 'static'));
  await writeFile(join(page, 'index.html'), '<!doctype html><title>Suture</title>');
  await writeFile(join(page, 'static', 'index-AbC123.js'), 'export {}');
  await writeFile(join(page, 'favicon.svg'), '<svg/>');
  await writeFile(join(page, '.secret'), 'no');
  await writeFile(join(tmpdir(), 'suture-outside.txt'), 'no');
  api = await testApi({ dependencies: { page } });
  bare = await testApi({ dependencies: { page: join(page, 'nothing') } });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await bare[Symbol.asyncDispose]();
  await rm(page, { recursive: true });
  await rm(join(tmpdir(), 'suture-outside.txt'));
});

const html = { accept: 'text/html' };

it.each([
  ['/', 200, /text\/html/, 'no-cache'],
  ['/findings?band=act', 200, /text\/html/, 'no-cache'],
  ['/assets/17', 200, /text\/html/, 'no-cache'],
  ['/changes/a-b', 200, /text\/html/, 'no-cache'],
  ['/static/index-AbC123.js', 200, /javascript/, 'public, max-age=31536000, immutable'],
  ['/favicon.svg', 200, /svg/, 'no-cache'],
  ['/static/gone-123.js', 404, /problem\+json/, 'no-store'],
  ['/.secret', 404, /problem\+json/, 'no-store'],
  ['/..%2f..%2fsuture-outside.txt', 404, /problem\+json/, 'no-store'],
  ['/%2e%2e/suture-outside.txt', 404, /problem\+json/, 'no-store'],
  ['/api/v1/nothing', 404, /problem\+json/, 'no-store'],
  ['/api/v2/findings', 404, /problem\+json/, 'no-store'],
])('answers %s with %i', async (path, status, type, cache) => {
  const { headers, status: answered } = await api.ask(undefined, 'GET', path, undefined, html);
  expect(answered).toBe(status);
  expect(headers.get('content-type')).toMatch(type);
  expect(headers.get('cache-control')).toBe(cache);
});

it('says what to do where the page is not built', async () => {
  const { status, body } = await bare.ask(undefined, 'GET', '/findings', undefined, html);
  expect(status).toBe(503);
  expect(body).toMatch(/not built.*npm run/s);
});

it('has a reference that needs nobody else’s server', async () => {
  const { body } = await api.ask(undefined, 'GET', '/reference');
  const sources = [...String(body).matchAll(/(?:src|href|spec-url)="([^"]+)"/g)].map(
    ([, url]) => url,
  );
  expect(sources.length).toBeGreaterThan(1);
  for (const source of sources) {
    expect(source).toMatch(/^\/[^/]/);
    expect((await api.ask(undefined, 'GET', source ?? '')).status).toBe(200);
  }
});

it('describes itself as OpenAPI 3.1', async () => {
  const { body } = await api.ask(undefined, 'GET', '/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  expect(Object.keys(body.paths).length).toBeGreaterThan(40);
  expect(body.paths['/changes/{id}/votes'].post['x-suture-needs']).toBe('approve');
});

it('has its published document and the page’s types as the contract makes them', async () => {
  const published = await readFile(join(root, 'docs/schemas/openapi.json'), 'utf8');
  expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(openapiDocument('1'))));
  const check = await exec([process.execPath, 'scripts/page-client.ts', '--check'], { cwd: root });
  expect(check.stderr).toBe('');
  expect(check.exitCode).toBe(0);
});
