import { makeAssets } from './assets.ts';
import { chance } from './chance.ts';
import { makeChanges } from './changes.ts';
import { makeExceptions } from './exceptions.ts';
import { makeFindings } from './findings.ts';
import {
  makeChannels,
  makeDecisions,
  makePolicies,
  makeSystem,
  makeTokens,
  makeUsers,
} from './governance.ts';
import type {
  Asset,
  Change,
  Channel,
  Decision,
  Exception,
  Finding,
  Overview,
  PolicyDocument,
  System,
  Token,
  User,
} from './types.ts';

export interface World {
  readonly now: number;
  /** Whose page it is; null: signed out. */
  session: {
    user: User;
    permissions: readonly ('read' | 'operate' | 'approve' | 'audit' | 'administer')[];
  } | null;
  readonly assets: Asset[];
  readonly findings: Finding[];
  readonly changes: Change[];
  readonly exceptions: Exception[];
  readonly decisions: Decision[];
  readonly policies: PolicyDocument[];
  readonly users: User[];
  readonly tokens: Token[];
  readonly channels: Channel[];
  readonly system: System;
  pause: Overview['pause'];
  /** Operations that fail, by name, with a problem's status. */
  readonly failing: Map<string, number>;
}

export interface WorldSize {
  readonly assets?: number;
  readonly findings?: number;
  readonly changes?: number;
  readonly decisions?: number;
}

const ALL = ['read', 'operate', 'approve', 'audit', 'administer'] as const;

/** Everything a control plane knows, made up; the same for the same size. */
export function makeWorld({
  assets: assetCount = 12,
  findings: findingCount = 420,
  changes = 14,
  decisions = 160,
}: WorldSize = {}): World {
  const now = Date.now();
  const random = chance(7);
  const assets = makeAssets(assetCount, random, now);
  const findings = assetCount === 0 ? [] : makeFindings(findingCount, assets, random, now);
  const users = makeUsers(now);
  for (const asset of assets.slice(1, 4)) {
    const storefront = assets[0]!;
    storefront.dependsOn.push({
      id: asset.id,
      name: asset.name,
      kind: asset.kind,
      environment: asset.environment,
      source: 'inferred',
    });
    asset.neededBy.push({
      id: storefront.id,
      name: storefront.name,
      kind: storefront.kind,
      environment: storefront.environment,
      source: 'inferred',
    });
  }
  return {
    now,
    session: { user: users[0]!, permissions: ALL },
    assets,
    findings,
    changes: assetCount === 0 ? [] : makeChanges(changes, assets, findings, now),
    exceptions: findings.length === 0 ? [] : makeExceptions(findings, now),
    decisions: makeDecisions(decisions, now),
    policies: makePolicies(now),
    users,
    tokens: makeTokens(now),
    channels: makeChannels(),
    system: makeSystem(now),
    pause: { paused: false, reason: '', by: null, since: null },
    failing: new Map(),
  };
}
