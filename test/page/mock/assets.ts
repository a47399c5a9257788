import type { Chance } from './chance.ts';
import type { Asset } from './types.ts';

const NAMES = [
  'storefront',
  'checkout-api',
  'billing',
  'identity',
  'catalog-search',
  'mobile-gateway',
  'warehouse-sync',
  'reporting',
  'partner-portal',
  'notifications',
  'pricing-engine',
  'admin-console',
] as const;
const ENVIRONMENTS = ['production', 'production', 'staging', 'test', 'development'] as const;
const OWNERS = ['payments@example.com', 'platform@example.com', 'search@example.com'] as const;
const HOUR = 3_600_000;

export function makeAssets(count: number, chance: Chance, now: number): Asset[] {
  return Array.from({ length: count }, (_, index): Asset => {
    const name = `${NAMES[index % NAMES.length]}${index < NAMES.length ? '' : `-${index}`}`;
    const environment = index === 0 ? 'production' : chance.pick(ENVIRONMENTS);
    const exposure =
      environment === 'production' ? (index % 3 === 0 ? 'internet' : 'internal') : 'isolated';
    const scannedAt = new Date(now - chance.below(20) * HOUR - 600_000).toISOString();
    const criticality = ([1, 2, 3, 4] as const)[Math.min(3, index % 4)]!;
    return {
      id: String(index + 1),
      identity: `git:${name}`,
      kind: index % 9 === 8 ? 'sbom' : 'repository',
      name,
      location: index % 9 === 8 ? null : `https://git.example.com/shop/${name}.git`,
      folder: '',
      branch: index % 9 === 8 ? null : 'main',
      owners: [OWNERS[index % OWNERS.length]!],
      labels: { team: ['payments', 'platform', 'search'][index % 3]! },
      environment,
      exposure,
      criticality,
      dataSensitivity: index % 3 === 0 ? 'regulated' : 'internal',
      components: 180 + chance.below(1400),
      findings: { act: 0, attend: 0, track: 0 },
      topScore: 0,
      registeredAt: new Date(now - 80 * 24 * HOUR).toISOString(),
      scannedAt,
      scannedCommit: '4f2a9c1d7be03356a8f1c2d3e4f5a6b7c8d9e0f1',
      lastScan: {
        id: `scan-${index + 1}`,
        state: index === 5 ? 'failed' : 'done',
        error: index === 5 ? 'The repository did not answer: connection refused.' : null,
      },
      archivedAt: null,
      credential: index % 4 === 0 ? 'env:GIT_TOKEN' : null,
      schedule: '0 3 * * *',
      nextScanAt: new Date(now + 6 * HOUR).toISOString(),
      context: [
        {
          field: 'environment',
          source: 'person',
          value: environment,
          because: 'Ada: this is the shop itself',
          observedAt: new Date(now - 30 * 24 * HOUR).toISOString(),
          decides: true,
        },
        {
          field: 'environment',
          source: 'inferred',
          value: 'development',
          because: 'no deployment configuration found',
          observedAt: scannedAt,
          decides: false,
        },
        {
          field: 'exposure',
          source: 'file',
          value: exposure,
          because: 'suture.yaml',
          observedAt: scannedAt,
          decides: true,
        },
        {
          field: 'criticality',
          source: 'default',
          value: criticality,
          because: 'nobody said otherwise',
          observedAt: scannedAt,
          decides: true,
        },
        {
          field: 'dataSensitivity',
          source: 'inferred',
          value: index % 3 === 0 ? 'regulated' : 'internal',
          because: 'depends on stripe',
          observedAt: scannedAt,
          decides: true,
        },
      ],
      dependsOn: [],
      neededBy: [],
      pushHook: index % 9 === 8 ? null : `/api/v1/hooks/push/${index + 1}`,
    };
  });
}

export function assetRef({ id, name, kind, environment }: Asset) {
  return { id, name, kind, environment };
}
