import { setImmediate } from 'node:timers/promises';
import type { AssetContext } from '../domain/context.ts';
import { DEFAULT_CONTEXT } from '../domain/context.ts';
import { findingFromDocument } from '../domain/finding-from-document.ts';
import type { ManagedAsset } from '../domain/managed-asset.ts';
import {
  type FindingComparison,
  findingPair,
  type KnownFinding,
  summariseFindings,
} from '../stages/decide/simulate/compare-findings.ts';
import {
  type Comparison,
  type NumberedPolicy,
  type PastChange,
  summariseVerdicts,
  verdictPair,
} from '../stages/decide/simulate/compare-verdicts.ts';
import { effectiveContexts } from '../store/asset-context.ts';
import { assetsById } from '../store/assets.ts';
import type { Store } from '../store/database.ts';
import {
  type ChangeHistory,
  changesSince,
  type FindingHistoryRow,
  findingsSince,
} from '../store/policy-history.ts';

export interface PolicySimulation extends Comparison {
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** Of all changes and findings of that time, only the newest were looked at. */
  readonly sampled: boolean;
  readonly deadlines: FindingComparison;
  /** What was taken for granted, for a person. */
  readonly assumptions: readonly string[];
}

const DAY = 86_400_000;
const MAX_CHANGES = 2000;
const MAX_FINDINGS = 10_000;
/** Between these the process does other things. */
const BATCH = 50;
/** What changes that do not exist yet are assumed to have: most proven ones have more. */
const ASSUMED_CONFIDENCE = 0.9;

/**
 * What a policy would have decided about the changes of the last days, against the one in force,
 * and what it says of the findings that are there. Nothing is decided, written or told.
 */
export async function simulatePolicy(
  db: Store,
  input: {
    readonly inForce: NumberedPolicy;
    readonly proposed: NumberedPolicy;
    readonly days: number;
    readonly now: Date;
    /** Confidence of changes that are assumed for findings without one, 0–1. */
    readonly confidence?: number;
  },
): Promise<PolicySimulation> {
  const { inForce, proposed, now } = input;
  const from = new Date(now.getTime() - input.days * DAY).toISOString();
  const [changes, findings] = [
    await changesSince(db, from, MAX_CHANGES),
    await findingsSince(db, from, MAX_FINDINGS),
  ];
  const assets = await assetsWithContext(db, [
    ...changes.items.map(({ assetId }) => assetId),
    ...findings.items.map(({ assetId }) => assetId),
  ]);
  const assumed = { confidence: input.confidence ?? ASSUMED_CONFIDENCE, now };
  const verdicts = await eachInTurn(pastChanges(changes.items, assets), (past) =>
    verdictPair(past, inForce, proposed),
  );
  const dates = await eachInTurn(knownFindings(findings.items, assets), (known) =>
    findingPair(known, inForce, proposed, assumed),
  );
  return {
    from,
    to: now.toISOString(),
    ...summariseVerdicts(verdicts),
    deadlines: summariseFindings(dates, assumed),
    sampled: changes.total > changes.items.length || findings.total > findings.items.length,
    assumptions: assumptionsOf(changes, findings),
  };
}

function pastChanges(
  changes: readonly ChangeHistory[],
  assets: ReadonlyMap<string, KnownAsset>,
): readonly PastChange[] {
  return changes.flatMap(({ assetId, id, title, detail, closing, firstSeen, createdAt }) => {
    const known = assets.get(assetId);
    if (known === undefined) return [];
    const findings = closing.map((finding) => {
      const seen = firstSeen[finding.id];
      return { finding, ...(seen !== undefined && { firstSeen: seen }) };
    });
    return [{ id, title, ...known, change: detail, findings, at: new Date(createdAt) }];
  });
}

function knownFindings(
  findings: readonly FindingHistoryRow[],
  assets: ReadonlyMap<string, KnownAsset>,
): readonly KnownFinding[] {
  return findings.flatMap(({ assetId, detail, firstSeen, hasChange }) => {
    const known = assets.get(assetId);
    if (known === undefined) return [];
    return [{ ...known, firstSeen, hasChange, finding: findingFromDocument(detail) }];
  });
}

interface KnownAsset {
  readonly asset: ManagedAsset;
  readonly context: AssetContext;
}

async function assetsWithContext(
  db: Store,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KnownAsset>> {
  const distinct = [...new Set(ids)];
  const [assets, contexts] = [
    await assetsById(db, distinct),
    await effectiveContexts(db, distinct),
  ];
  return new Map(
    assets.map((asset) => [
      asset.id,
      { asset, context: contexts.get(asset.id) ?? DEFAULT_CONTEXT },
    ]),
  );
}

/** Works through a long list without keeping the process from everything else. */
async function eachInTurn<T, R>(items: readonly T[], work: (item: T) => R): Promise<readonly R[]> {
  const results: R[] = [];
  for (const [index, item] of items.entries()) {
    results.push(work(item));
    if (index % BATCH === BATCH - 1) await setImmediate();
  }
  return results;
}

interface Sampled {
  readonly items: readonly unknown[];
  readonly total: number;
}

function assumptionsOf(changes: Sampled, findings: Sampled): readonly string[] {
  const newest = (name: string, { items, total }: Sampled) =>
    total > items.length ? [`of ${total} ${name}, the newest ${items.length} were looked at`] : [];
  return [
    'assets have the context, labels and owners that they have today',
    'each change is decided at the time it was made, and people had not changed anything about it',
    ...newest('changes', changes),
    ...newest('findings', findings),
  ];
}
