import { sql } from 'kysely';
import type { VerifiedChange } from '../domain/change.ts';
import type { ChangeState } from '../domain/change-state.ts';
import type { HandOverMode } from '../domain/control-policy.ts';
import type { Envelope } from '../domain/dsse.ts';
import type { Finding } from '../domain/finding.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import type { Store } from './database.ts';

/** What a person decided about a change instead of policy. */
export interface ChangeOverride {
  readonly outcome: 'hand-over' | 'reject' | 'now';
  readonly by: string;
  readonly byName: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface StoredChange {
  readonly id: string;
  readonly remediationId: string;
  readonly assetId: string;
  /** From 0; each change of a remediation is made on the one before it. */
  readonly position: number;
  readonly state: ChangeState;
  readonly title: string;
  readonly closes: readonly string[];
  readonly files: readonly string[];
  readonly baseCommit: string;
  readonly branch: string;
  readonly commit: string;
  /** Path to new text; `null` deletes. */
  readonly contents: Readonly<Record<string, string | null>>;
  readonly message: string;
  readonly committedAt: string;
  readonly detail: VerifiedChange;
  readonly closing: readonly Finding[];
  readonly notBefore: string | null;
  readonly handOver: HandOverMode | null;
  readonly override: ChangeOverride | null;
  /** The version of the policy that looked at it last, and the rule that applied. */
  readonly decidedByPolicy: number | null;
  readonly rule: string | null;
  readonly evidenceSha256: string | null;
}

/** A change that was just proven. */
export type NewChange = Omit<
  StoredChange,
  | 'remediationId'
  | 'assetId'
  | 'state'
  | 'notBefore'
  | 'handOver'
  | 'override'
  | 'decidedByPolicy'
  | 'rule'
> & {
  readonly state: 'withheld' | 'observed';
  readonly lockfile: string;
  readonly diff: string;
  readonly diffTruncated: boolean;
  readonly evidence: Envelope;
  readonly evidenceSha256: string;
};

/** Fingerprint of remedies alone, whatever they are made on. */
export function remedySet({ lockfile, remedies }: VerifiedChange): string {
  return fingerprint([
    lockfile,
    ...remedies
      .map(({ kind, package: name, from, to, selector }) =>
        [kind, name, from, to ?? '', selector ?? ''].join(' '),
      )
      .sort(),
  ]);
}

/** Stores changes of a remediation; those that are there already stay as they are. */
export async function addChanges(
  db: Store,
  remediation: { readonly id: string; readonly assetId: string },
  changes: readonly NewChange[],
): Promise<void> {
  if (changes.length === 0) return;
  await db
    .insertInto('change')
    .values(
      changes.map((change) => ({
        id: change.id,
        remediation_id: remediation.id,
        asset_id: remediation.assetId,
        position: change.position,
        state: change.state,
        title: change.title,
        lockfile: change.lockfile,
        remedies: JSON.stringify(change.detail.remedies),
        remedy_set: remedySet(change.detail),
        closes: [...change.closes],
        files: [...change.files],
        diff: change.diff,
        diff_truncated: change.diffTruncated,
        base_commit: change.baseCommit,
        branch: change.branch,
        commit: change.commit,
        contents: JSON.stringify(change.contents),
        message: change.message,
        committed_at: change.committedAt,
        verdict: change.detail.verification.verdict,
        because: change.detail.abstained ?? change.detail.verification.because,
        confidence: change.detail.confidence.value,
        confidence_low: change.detail.confidence.interval[0],
        confidence_high: change.detail.confidence.interval[1],
        risk_removed: change.detail.riskRemoved,
        detail: JSON.stringify(change.detail),
        closing: JSON.stringify(change.closing),
        evidence: JSON.stringify(change.evidence),
        evidence_sha256: change.evidenceSha256,
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

const COLUMNS = [
  'id',
  'remediation_id as remediationId',
  'asset_id as assetId',
  'position',
  'state',
  'title',
  'closes',
  'files',
  'base_commit as baseCommit',
  'branch',
  'commit',
  'contents',
  'message',
  'committed_at as committedAt',
  'detail',
  'closing',
  'not_before as notBefore',
  'hand_over as handOver',
  'override',
  'decided_by_policy as decidedByPolicy',
  'rule',
  'evidence_sha256 as evidenceSha256',
] as const;

export async function change(db: Store, id: string): Promise<StoredChange | undefined> {
  const row = await db.selectFrom('change').select(COLUMNS).where('id', '=', id).executeTakeFirst();
  // What is in the JSON columns was written by `addChanges` and `overrideChange`.
  return row as StoredChange | undefined;
}

export async function changesOf(
  db: Store,
  remediationId: string,
): Promise<readonly StoredChange[]> {
  const rows = await db
    .selectFrom('change')
    .select(COLUMNS)
    .where('remediation_id', '=', remediationId)
    .orderBy('position')
    .execute();
  return rows as unknown as StoredChange[];
}

/** What is left of a change for deciding whether it is still in the way of another. */
export type OpenChange = Pick<
  StoredChange,
  'id' | 'remediationId' | 'position' | 'state' | 'closes' | 'baseCommit'
>;

/** Changes of an asset that may still be handed over or closed. */
export async function openChanges(db: Store, assetId: string): Promise<readonly OpenChange[]> {
  const rows = await db
    .selectFrom('change')
    .select(['id', 'remediation_id as remediationId', 'position', 'state', 'closes'])
    .select('base_commit as baseCommit')
    .where('asset_id', '=', assetId)
    .where('state', 'in', [
      'observed',
      'suggested',
      'awaiting-approval',
      'scheduled',
      'handed-over',
    ])
    .execute();
  return rows as unknown as OpenChange[];
}

/** Changes of an asset that a newer plan took the place of since a moment. */
export async function supersededSince(
  db: Store,
  assetId: string,
  since: string,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('change')
    .select('id')
    .where('asset_id', '=', assetId)
    .where('state', '=', 'superseded')
    .where('state_since', '>=', since)
    .execute();
  return rows.map(({ id }) => id);
}

export interface Move {
  readonly to: ChangeState;
  /** Nothing happens to a change in another state. */
  readonly from: readonly ChangeState[];
  readonly because?: string;
  readonly notBefore?: string | null;
  readonly handOver?: HandOverMode;
  readonly closedCommit?: string;
}

/**
 * Moves a change to another state.
 *
 * @returns whether it was in one of `from`; a move that was made before returns `false`
 */
export async function moveChange(db: Store, id: string, move: Move): Promise<boolean> {
  const ended = move.to === 'closed' || move.to === 'not-effective';
  const { numUpdatedRows } = await db
    .updateTable('change')
    .set({
      state: move.to,
      state_since: sql<string>`now()`,
      ...(move.because === undefined ? {} : { because: move.because }),
      ...(move.notBefore === undefined ? {} : { not_before: move.notBefore }),
      ...(move.handOver === undefined ? {} : { hand_over: move.handOver }),
      ...(move.closedCommit === undefined ? {} : { closed_commit: move.closedCommit }),
      ...(move.to === 'handed-over' ? { handed_over_at: sql<string>`now()` } : {}),
      ...(ended ? { closed_at: sql<string>`now()` } : {}),
    })
    .where('id', '=', id)
    .where('state', 'in', [...move.from])
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Which version of the policy has looked at a change, and by which rule. */
export async function markDecided(
  db: Store,
  id: string,
  decided: { readonly policyVersion: number; readonly rule: string },
): Promise<void> {
  await db
    .updateTable('change')
    .set({ decided_by_policy: decided.policyVersion, rule: decided.rule })
    .where('id', '=', id)
    .execute();
}

/**
 * Writes down what a person decided instead of policy; the change's workflow acts on it. What
 * another one decided and is not acted on yet stays, but for a wait that is cut short, and for a
 * change that is dropped.
 *
 * @param from nothing happens to a change in another state
 * @returns `false` when there is nothing left to override
 */
export async function overrideChange(
  db: Store,
  id: string,
  override: ChangeOverride,
  from: readonly ChangeState[],
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('change')
    .set({ override: JSON.stringify(override) })
    .where('id', '=', id)
    .where('state', 'in', [...from])
    .where(
      sql<boolean>`(${override.outcome} = 'reject' or override is null
        or override->>'outcome' = 'now'
        or (override->>'outcome' = ${override.outcome} and override->>'by' = ${override.by}))`,
    )
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Assets with changes that are handed over and not yet merged, with where they were last looked at. */
export async function awaitedMerges(
  db: Store,
): Promise<readonly { readonly assetId: string; readonly scannedCommit: string | null }[]> {
  return await db
    .selectFrom('asset')
    .select(['asset.id as assetId', 'asset.scanned_commit as scannedCommit'])
    .where('archived_at', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('change')
          .select('change.id')
          .whereRef('change.asset_id', '=', 'asset.id')
          .where('change.state', '=', 'handed-over'),
      ),
    )
    .orderBy('asset.id')
    .execute();
}
