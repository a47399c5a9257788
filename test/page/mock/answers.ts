import { type Asked, found, page } from './asked.ts';
import { assetRef } from './assets.ts';
import { DIFF } from './changes.ts';
import { facetsOf, filteredFindings, groupsOf, historyOf } from './finding-answers.ts';
import { GOVERNANCE_ANSWERS } from './governance-answers.ts';
import { overviewOf } from './overview.ts';
import type { World } from './world.ts';

const total = (items: readonly unknown[]) => ({ value: items.length, atLeast: false });
const findingOf = ({ world, params }: Asked) =>
  found(world.findings.find(({ id }) => id === params.id));
const changeOf = ({ world, params }: Asked) =>
  found(world.changes.find(({ id }) => id === params.id));
const assetOf = ({ world, params }: Asked) =>
  found(world.assets.find(({ id }) => id === params.id));

function sessionOf({ session, now }: World) {
  return (
    session && {
      user: { id: session.user.id, name: session.user.name, email: session.user.email },
      roles: session.user.roles,
      permissions: [...session.permissions],
      expiresAt: new Date(now + 8 * 3_600_000).toISOString(),
    }
  );
}

function assetsAsked({ world, query }: Asked) {
  const text = query.get('text')?.toLowerCase() ?? '';
  const environments = query.get('environment')?.split(',');
  return world.assets
    .filter(
      ({ name, environment, archivedAt }) =>
        name.includes(text) &&
        (environments === undefined || environments.includes(environment)) &&
        (archivedAt !== null) === (query.get('archived') === 'true'),
    )
    .sort((a, b) =>
      query.get('sort') === 'name' ? a.name.localeCompare(b.name) : b.topScore - a.topScore,
    );
}

/** What is answered to each operation, by its name in the contract. */
export const ANSWERS: Readonly<Record<string, (asked: Asked) => unknown>> = {
  'GET /sign-in': () => ({
    oidc: { name: 'Example SSO', start: '/api/v1/oidc/start' },
    oneTimeToken: true,
  }),
  'GET /session': ({ world }) => sessionOf(world),
  'POST /session': ({ world }) => {
    world.session ??= {
      user: world.users[0]!,
      permissions: ['read', 'operate', 'approve', 'audit', 'administer'],
    };
    return sessionOf(world);
  },
  'DELETE /session': ({ world }) => {
    world.session = null;
    return { done: true };
  },
  'GET /overview': ({ world, query }) => overviewOf(world, Number(query.get('days') ?? 90)),
  'GET /pause': ({ world }) => world.pause,
  'PUT /pause': ({ world, body }) => {
    world.pause = {
      paused: body.paused,
      reason: body.reason,
      by: { id: '1', name: 'Ada Lovelace' },
      since: new Date(world.now).toISOString(),
    };
    return world.pause;
  },
  'GET /findings': ({ world, query }) => {
    const findings = filteredFindings(world, query);
    return { ...page(findings, query), total: total(findings) };
  },
  'GET /finding-facets': ({ world, query }) => facetsOf(world, query),
  'GET /finding-groups': ({ world, query }) => page(groupsOf(world, query), query),
  'GET /findings/{id}': findingOf,
  'GET /findings/{id}/history': (asked) => ({
    items: historyOf(findingOf(asked)),
    nextCursor: null,
  }),
  'POST /remediations': () => ({ runId: 'run-9' }),
  'GET /exceptions': ({ world, query }) =>
    page(
      world.exceptions.filter(
        ({ state, findingId }) =>
          (query.get('state')?.split(',') ?? [state]).includes(state) &&
          (query.get('finding') ?? findingId) === findingId,
      ),
      query,
    ),
  'POST /exceptions/{id}/decision': ({ world, params, body }) => {
    const exception = found(world.exceptions.find(({ id }) => id === params.id));
    exception.state = body.outcome;
    exception.decidedBy = { id: '1', name: 'Ada Lovelace' };
    return exception;
  },
  'GET /runs/{id}': ({ world, params }) => ({
    id: found(params.id),
    kind: 'scan',
    asset: assetRef(found(world.assets[5])),
    trigger: 'schedule',
    stage: null,
    state: 'failed',
    startedAt: new Date(world.now - 600_000).toISOString(),
    endedAt: new Date(world.now - 590_000).toISOString(),
    summary: '',
    problems: [
      { severity: 'warning', file: 'package-lock.json', message: 'Is older than package.json.' },
    ],
    error: 'The repository did not answer: connection refused.',
    unfixed: [],
    changeIds: [],
  }),
  'POST /exceptions': ({ world, body }) => ({
    id: 'x2',
    kind: body.kind,
    findingId: body.findingId ?? null,
    advisoryId: null,
    package: null,
    asset: null,
    reason: body.reason,
    compensatingControl: body.compensatingControl ?? '',
    owner: { id: '1', name: 'Ada Lovelace' },
    requestedBy: { id: '1', name: 'Ada Lovelace' },
    requestedAt: new Date(world.now).toISOString(),
    decidedBy: null,
    decidedAt: null,
    expiresAt: body.expiresAt,
    state: 'requested',
    findings: 1,
  }),
  'GET /changes': ({ world, query }) => {
    const states = query.get('state')?.split(',');
    return page(
      world.changes.filter(
        ({ state, needsMe, asset }) =>
          (states === undefined || states.includes(state)) &&
          (query.get('needsMe') !== 'true' || needsMe) &&
          (query.get('asset') ?? asset.id) === asset.id,
      ),
      query,
    );
  },
  'GET /changes/{id}': changeOf,
  'GET /changes/{id}/diff': () => ({ diff: DIFF, truncated: false }),
  'GET /changes/{id}/evidence': () => ({
    envelope: {
      payloadType: 'application/vnd.in-toto+json',
      payload: 'e30=',
      signatures: [{ keyid: 'SHA256:Zq0f6xkPj0', sig: 'AAAA' }],
    },
    signatureValid: true,
    keyId: 'SHA256:Zq0f6xkPj0',
    statement: { _type: 'https://in-toto.io/Statement/v1' },
  }),
  'POST /changes/{id}/votes': (asked) => {
    const change = changeOf(asked);
    change.state = asked.body.verdict === 'approve' ? 'scheduled' : 'rejected';
    change.needsMe = false;
    if (change.approval !== null)
      change.approval.state = asked.body.verdict === 'approve' ? 'approved' : 'rejected';
    return change;
  },
  'POST /changes/{id}/override': changeOf,
  'POST /changes/{id}/outcomes': changeOf,
  'GET /runs': () => ({ items: [], nextCursor: null }),
  'GET /assets': (asked) => {
    const assets = assetsAsked(asked);
    return { ...page(assets, asked.query), total: total(assets) };
  },
  'POST /assets': ({ world }) => ({ asset: found(world.assets[0]), runId: 'run-1' }),
  'GET /assets/{id}': assetOf,
  'PATCH /assets/{id}': assetOf,
  'POST /assets/{id}/scan': () => ({ runId: 'run-1' }),
  'PUT /assets/{id}/context/{field}': (asked) => {
    const asset = assetOf(asked);
    asset.context = asset.context.filter(
      ({ field, source }) => field !== asked.params.field || source !== 'person',
    );
    if (asked.body.value !== null) {
      for (const statement of asset.context)
        if (statement.field === asked.params.field) statement.decides = false;
      asset.context.unshift({
        field: 'environment',
        source: 'person',
        value: asked.body.value,
        because: asked.body.because,
        observedAt: new Date(asked.world.now).toISOString(),
        decides: true,
      });
    }
    return asset;
  },
  'GET /assets/{id}/components': ({ world, query }) => {
    const text = query.get('text') ?? '';
    const components = Array.from({ length: 700 }, (_, index) => ({
      purl: `pkg:npm/package-${index}@1.${index}.0`,
      ecosystem: 'npm',
      name: `package-${index}`,
      version: `1.${index}.0`,
      scope: index % 5 === 0 ? 'development' : 'runtime',
      direct: index % 7 === 0,
      findings: index % 31 === 0 ? 2 : 0,
    }));
    return page(
      world.assets.length === 0 ? [] : components.filter(({ name }) => name.includes(text)),
      query,
    );
  },
  'POST /assets/import': ({ body }) => ({
    registered: String(body.text)
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((name, index) => ({
        id: body.dryRun ? null : String(900 + index),
        name,
        existed: false,
      })),
    problems: [
      {
        line: 1,
        message: 'The column "owner" is not known; did you mean "owners"?',
        severity: 'warning',
      },
    ],
  }),
  'POST /assets/sbom': ({ world }) => ({
    asset: found(world.assets[0]),
    components: 210,
    runId: 'run-2',
    problems: [],
  }),
  'GET /asset-map': ({ world }) => ({
    nodes: world.assets
      .slice(0, 12)
      .map((asset) => ({ ...assetRef(asset), topScore: asset.topScore, findings: asset.findings })),
    edges: world.assets.slice(1, 12).map(({ id }, index) => ({
      from: String(Math.floor(index / 3) + 1),
      to: id,
      source: index % 4 === 0 ? 'person' : 'inferred',
    })),
  }),
  ...GOVERNANCE_ANSWERS,
};
