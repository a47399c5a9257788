import { sql } from 'kysely';
import { SutureError } from '../domain/error.ts';
import type { Finding } from '../domain/finding.ts';
import { findingDocument } from '../domain/finding-document.ts';
import type { FindingEvent, FindingState } from '../domain/finding-state.ts';
import type { Store } from './database.ts';
import { announceFindings } from './finding-announcements.ts';
import { changesOf, type StoredFinding, subjectOf } from './finding-changes.ts';
import { foldIfDue } from './finding-deltas.ts';
import { activeExceptions } from './finding-exceptions.ts';
import { vulnerabilityIds } from './finding-vulnerabilities.ts';
import { writeDetails, writeEvents, writeFindings, writeGone } from './finding-writes.ts';
import { inTransaction } from './in-transaction.ts';
import { storable } from './storable.ts';

export interface ScanFindings {
  readonly assetId: string;
  readonly scanId: string;
  readonly findings: readonly Finding[];
  /**
   * Whether the scan looked at everything on the asset. Otherwise (a re-match after some advisories
   * changed) what is not among the findings stays as it is.
   */
  readonly whole: boolean;
  /** ISO 8601. */
  readonly now: string;
}

export interface RecordedScan {
  /** Ids of findings that are new and count as exposure. */
  readonly added: readonly string[];
  /** That are gone. */
  readonly closed: readonly string[];
  /** That were closed before, are there again, and count as exposure. */
  readonly reopened: readonly string[];
  /** How many findings of the asset count as exposure now. */
  readonly open: number;
}

/**
 * Makes the store say what a scan found on an asset: new findings, changed ones, gone ones, each
 * change of state with an event. One recording of an asset at a time. Recording a scan again changes
 * nothing and returns the same; so does a scan of everything that a newer one has overtaken.
 *
 * Exceptions in force and the asset's own accepted risks (`suppression`) are applied; a VEX
 * statement alone hides nothing.
 *
 * @throws SutureError `unknown-asset`
 */
export async function recordFindings(db: Store, scan: ScanFindings): Promise<RecordedScan> {
  const distinct = [...new Map(scan.findings.map((one) => [one.id, one])).values()];
  const findings = storable(distinct);
  const vulnerabilities = await vulnerabilityIds(db, findings);
  const recorded = await inTransaction(db, async (trx) => {
    if (await lockAsset(trx, scan)) await write(trx, { ...scan, findings }, vulnerabilities);
    return await whatScanDid(trx, scan);
  });
  if (!db.isTransaction) await foldIfDue(db);
  return recorded;
}

/** Takes the asset for this transaction; false when a newer scan of everything is recorded. */
async function lockAsset(db: Store, { assetId, scanId, whole }: ScanFindings): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    select id from asset where id = ${assetId} for no key update
  `.execute(db);
  if (rows.length === 0) {
    throw new SutureError('unknown-asset', `There is no asset ${assetId}.`, {
      remedy: 'It may have been deleted meanwhile; list the assets and scan one of them.',
    });
  }
  const last = await db
    .selectFrom('asset_exposure')
    .select('scan_id')
    .where('asset_id', '=', assetId)
    .executeTakeFirst();
  const recorded = last?.scan_id ?? null;
  return recorded === null || BigInt(recorded) < BigInt(scanId) || (!whole && recorded === scanId);
}

async function write(
  db: Store,
  scan: ScanFindings,
  vulnerabilities: ReadonlyMap<string, number>,
): Promise<void> {
  const { assetId, findings, whole, now, scanId } = scan;
  const subjects = findings.map((finding) => subjectOf(assetId, finding));
  const changes = changesOf({
    assetId,
    findings,
    whole,
    vulnerabilities,
    stored: await storedFindings(db, scan),
    exceptions: subjects.length === 0 ? [] : await activeExceptions(db, assetId, subjects, now),
  });
  await writeFindings(db, assetId, changes.writes, now);
  await writeGone(db, changes.gone, now);
  await writeEvents(db, changes.events, { actor: 'scan', scanId, now });
  await writeDetails(
    db,
    findings.map((finding) => ({ id: finding.id, detail: findingDocument(finding) })),
  );
  await sql`
    update finding set last_seen = ${now} where id = any(${findings.map(({ id }) => id)})
      and last_seen < ${now}::timestamptz - interval '1 hour'
  `.execute(db);
  if (whole) {
    await sql`
      insert into asset_exposure (asset_id, scan_id) values (${assetId}, ${scanId})
      on conflict (asset_id) do update set scan_id = excluded.scan_id
    `.execute(db);
  }
  const moved = new Set(changes.events.map(({ finding_id }) => finding_id));
  await announceFindings(
    db,
    [...moved].map((id) => ({ id, assetId })),
  );
}

/**
 * Findings of the asset as they are, locked in the order of their ids (as all writers do, so that
 * none waits for another in a ring).
 */
async function storedFindings(
  db: Store,
  { assetId, scanId, findings, whole }: ScanFindings,
): Promise<ReadonlyMap<string, StoredFinding>> {
  const which = whole ? sql`true` : sql`f.id = any(${findings.map(({ id }) => id)})`;
  const { rows } = await sql<StoredFinding>`
    select f.id, f.state, f.accepted_by, f.vulnerability_id, f.band, f.score, f.severity,
      f.ecosystem, f.package, f.version, f.purl, f.scope, f.direct, f.advisory_id, f.reachability,
      f.kev, f.fixed_in, f.due,
      exists (select from finding_event e where e.finding_id = f.id and e.event = 'seen'
        and e.scan_id > ${scanId}) as newer
    from finding f where f.asset_id = ${assetId} and ${which} order by f.id for update
  `.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

interface ScanEvent {
  readonly id: string;
  readonly events: readonly FindingEvent[];
  readonly was: FindingState | null;
  readonly is: FindingState;
}

/** Read from the history, so that a scan that is recorded again gives the answer it gave before. */
async function whatScanDid(db: Store, { assetId, scanId }: ScanFindings): Promise<RecordedScan> {
  const { rows } = await sql<ScanEvent>`
    select e.finding_id as id, array_agg(e.event order by e.id) as events,
      (array_agg(e.from_state order by e.id))[1] as was,
      (array_agg(e.to_state order by e.id desc))[1] as is
    from finding_event e join finding f on f.id = e.finding_id
    where e.scan_id = ${scanId} and f.asset_id = ${assetId}
    group by e.finding_id order by e.finding_id
  `.execute(db);
  const exposure = await db
    .selectFrom('asset_exposure')
    .select(['act', 'attend', 'track'])
    .where('asset_id', '=', assetId)
    .executeTakeFirst();
  const idsOf = (wanted: (event: ScanEvent) => boolean) => rows.filter(wanted).map(({ id }) => id);
  return {
    added: idsOf(({ was, is }) => was === null && is === 'open'),
    closed: idsOf(({ events }) => events.includes('gone')),
    reopened: idsOf(({ was, is }) => was === 'verified-closed' && is === 'reopened'),
    open: exposure === undefined ? 0 : exposure.act + exposure.attend + exposure.track,
  };
}
