import type { VerifiedChange } from '../../src/domain/change.ts';
import type { AssetContext, Criticality, Environment } from '../../src/domain/context.ts';
import { type ControlPolicy, defaultControlPolicy } from '../../src/domain/control-policy.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { Remedy } from '../../src/domain/remedy.ts';
import type { Verification } from '../../src/domain/verification.ts';
import type { DecideInput } from '../../src/stages/decide/input.ts';
import { madeFinding } from './made-finding.ts';

export interface MadeCase {
  readonly policy?: Partial<ControlPolicy>;
  readonly environment?: Environment;
  readonly criticality?: Criticality;
  readonly labels?: Readonly<Record<string, string>>;
  readonly owners?: readonly string[];
  readonly verdict?: Verification['verdict'];
  readonly confidence?: number;
  readonly remedies?: readonly Partial<Remedy>[];
  readonly exploits?: Verification['exploits'];
  readonly findings?: readonly Finding[];
  readonly now?: string;
}

/** A change of lodash, proven, with confidence 0.95, on a production asset of tier 3. */
export function madeCase(given: MadeCase = {}): DecideInput {
  const findings = given.findings ?? [madeFinding()];
  return {
    policy: { ...defaultControlPolicy, ...given.policy },
    policyVersion: 7,
    asset: {
      name: 'shop',
      kind: 'repository',
      labels: given.labels ?? {},
      owners: given.owners ?? ['group:web'],
    },
    context: madeContext(given),
    change: madeChange(given, findings),
    findings,
    now: new Date(given.now ?? '2026-11-22T10:00:00Z'),
  };
}

function madeContext({ environment, criticality }: MadeCase): AssetContext {
  const said = <T>(value: T) => ({ value, source: 'declared', because: 'suture.yaml:2' }) as const;
  return {
    environment: said(environment ?? 'production'),
    exposure: said('internet'),
    criticality: said(criticality ?? 3),
    dataSensitivity: said('internal'),
  };
}

export function madeChange(given: MadeCase, findings: readonly Finding[]): VerifiedChange {
  const closes = findings.map(({ id }) => id);
  const confidence = given.confidence ?? 0.95;
  const verdict = given.verdict ?? 'proven';
  const remedies = (given.remedies ?? [{}]).map(
    (each): Remedy => ({
      kind: 'upgrade',
      package: 'lodash',
      from: '4.17.15',
      to: '4.17.21',
      workspaces: [''],
      because: 'the lowest version that closes it',
      closes,
      ...each,
    }),
  );
  return {
    id: 'change',
    lockfile: 'package-lock.json',
    remedies,
    closes,
    riskRemoved: findings.reduce((sum, { risk }) => sum + risk.score, 0),
    signs: [],
    files: ['package.json', 'package-lock.json'],
    verification: {
      verdict,
      because: verdict === 'proven' ? 'nothing that worked broke' : 'a test fails now',
      baseline: [],
      patched: { commands: [], runner: 'node:test', tests: {} },
      flaky: [],
      failingBefore: [],
      regressions: [],
      rescan: { closed: closes, remaining: [], introduced: [] },
      exploits: given.exploits ?? [],
      testsReachChange: { packages: [], share: 1 },
      gaps: [],
    },
    confidence: { value: confidence, interval: [confidence, confidence], factors: [], model: 't' },
    accepted: verdict === 'proven',
  };
}
