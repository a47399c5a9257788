import { describe, expect, it } from 'vitest';
import type { DeclaredContext } from '../../domain/configuration.ts';
import type { DependencyGraph } from '../../domain/dependency-graph.ts';
import type { SourceTree } from '../../ports/source-tree.ts';
import { inferContext } from './context.ts';

function treeOf(files: Readonly<Record<string, string>>): SourceTree {
  return {
    list: async () => Object.keys(files).sort(),
    read: async (path) => files[path],
  };
}

function graphOf(
  dependencies: readonly string[],
  options: { kind?: 'runtime' | 'development'; path?: string; file?: string } = {},
): DependencyGraph {
  return {
    ecosystem: 'npm',
    manager: 'npm',
    file: options.file ?? 'package-lock.json',
    formatVersion: '3',
    workspaces: [
      {
        path: options.path ?? '',
        name: 'app',
        dependencies: dependencies.map((name) => ({
          name,
          range: '*',
          kind: options.kind ?? 'runtime',
        })),
      },
    ],
    packages: new Map(),
    overrides: {},
  };
}

const infer = (
  files: Readonly<Record<string, string>>,
  graphs: readonly DependencyGraph[] = [],
  context: DeclaredContext = {},
) =>
  inferContext({
    tree: treeOf(files),
    graphs,
    configuration: { context, declaredAt: { exposure: 'suture.yaml:4' } },
  });

describe('exposure', () => {
  it.each([
    ['nothing known', {}, [], 'internal', 'default', 'nothing said otherwise'],
    [
      'a Dockerfile',
      { Dockerfile: 'FROM node\n\nEXPOSE 8080' },
      [],
      'internet',
      'inferred',
      'Dockerfile:3 EXPOSE 8080',
    ],
    [
      'a Dockerfile without ports',
      { Dockerfile: 'FROM node\n' },
      [],
      'internal',
      'default',
      'nothing said otherwise',
    ],
    [
      'published compose ports',
      { 'docker-compose.yml': 'services:\n  web:\n    ports:\n      - "80:8080"\n' },
      [],
      'internet',
      'inferred',
      'docker-compose.yml:4 ports - "80:8080"',
    ],
    [
      'compose ports on the loopback address',
      { 'compose.yaml': 'services:\n  db:\n    ports:\n      - "127.0.0.1:5432:5432"\n' },
      [],
      'internal',
      'inferred',
      'compose.yaml:4 ports - "127.0.0.1:5432:5432"',
    ],
    [
      'other lists in compose',
      { 'compose.yaml': 'services:\n  db:\n    expose:\n      - "5432"\n' },
      [],
      'internal',
      'default',
      'nothing said otherwise',
    ],
    [
      'an ingress',
      { 'k8s/web.yaml': 'apiVersion: networking.k8s.io/v1\nkind: Ingress\n' },
      [],
      'internet',
      'inferred',
      'k8s/web.yaml:2 kind: Ingress',
    ],
    [
      'a load balancer',
      { 'deploy/svc.yml': 'kind: Service\nspec:\n  type: LoadBalancer\n' },
      [],
      'internet',
      'inferred',
      'deploy/svc.yml:3 type: LoadBalancer',
    ],
    [
      'a hosting platform',
      { 'vercel.json': '{}' },
      [],
      'internet',
      'inferred',
      'vercel.json deploys it to a public host',
    ],
    [
      'a server framework',
      { 'package.json': '{\n  "dependencies": {\n    "express": "4"\n  }\n}' },
      [graphOf(['express'])],
      'internet',
      'inferred',
      'package.json:3 takes requests with express',
    ],
    [
      'a framework for tests only',
      {},
      [graphOf(['express'], { kind: 'development' })],
      'internal',
      'default',
      'nothing said otherwise',
    ],
    [
      'a framework in an example',
      {},
      [graphOf(['express'], { path: 'examples/hello' })],
      'internal',
      'default',
      'nothing said otherwise',
    ],
    [
      'a lockfile in a folder',
      { 'api/package.json': '{ "dependencies": { "koa": "2" } }' },
      [graphOf(['koa'], { file: 'api/package-lock.json', path: 'api' })],
      'internet',
      'inferred',
      'api/package.json:1 takes requests with koa',
    ],
    [
      'own code that listens',
      { 'src/main.js': 'const http = require("http");\nhttp.createServer(f).listen(80);' },
      [],
      'internet',
      'inferred',
      'src/main.js:2 http.createServer(f).listen(80);',
    ],
    [
      'a test that listens',
      { 'src/main.test.js': 'app.listen(0)' },
      [],
      'internal',
      'default',
      'nothing said otherwise',
    ],
    [
      'a published library',
      { 'package.json': '{"name":"x","main":"index.js"}' },
      [],
      'internal',
      'inferred',
      'package.json main, not private: a published package, runs where its users run it',
    ],
    [
      'a command-line tool',
      { 'package.json': '{"name":"x","bin":"x.js"}' },
      [],
      'internal',
      'inferred',
      'package.json bin: a command-line tool',
    ],
    [
      'a broken manifest',
      { 'package.json': '{' },
      [],
      'internal',
      'default',
      'nothing said otherwise',
    ],
  ] as const)('%s', async (_case, files, graphs, value, source, because) => {
    expect((await infer(files, graphs)).exposure).toEqual({ value, source, because });
  });

  it('is what a person declared, whatever the files show', async () => {
    const files = { Dockerfile: 'EXPOSE 8080' };
    const { exposure } = await infer(files, [], { exposure: 'isolated' });
    expect(exposure).toEqual({ value: 'isolated', source: 'declared', because: 'suture.yaml:4' });
  });

  it('survives files that cannot be read', async () => {
    const tree: SourceTree = {
      list: async () => ['Dockerfile'],
      read: async () => {
        throw new Error('file-too-large');
      },
    };
    const context = await inferContext({
      tree,
      graphs: [],
      configuration: { context: {}, declaredAt: {} },
    });
    expect(context.exposure.source).toBe('default');
  });
});

describe('the rest', () => {
  it.each([
    ['environment', {}, [], 'production', 'default'],
    [
      'environment',
      { '.github/workflows/deploy.yml': 'jobs:\n  go:\n    environment: production\n' },
      [],
      'production',
      'inferred',
    ],
    ['environment', { Dockerfile: 'ENV NODE_ENV=production' }, [], 'production', 'inferred'],
    ['dataSensitivity', {}, [], 'internal', 'default'],
    ['dataSensitivity', {}, [graphOf(['stripe'])], 'regulated', 'inferred'],
    ['dataSensitivity', {}, [graphOf(['bcrypt'])], 'confidential', 'inferred'],
    [
      'dataSensitivity',
      { 'prisma/schema.prisma': 'model User {\n  email String @unique\n}' },
      [],
      'confidential',
      'inferred',
    ],
    ['criticality', {}, [], 3, 'default'],
    ['criticality', {}, [graphOf(['@paypal/checkout-server-sdk'])], 2, 'inferred'],
  ] as const)('%s from %j', async (field, files, graphs, value, source) => {
    expect((await infer(files, graphs))[field]).toMatchObject({ value, source });
  });
});
