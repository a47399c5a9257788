import { sql } from 'kysely';
import type { Store } from './database.ts';
import type { EventWrite, FindingWrite } from './finding-changes.ts';

/**
 * Writes findings of one asset, new or over what is there, in one statement. `first_seen` of one
 * that is there stays; environment and archiving come from the asset.
 */
export async function writeFindings(
  db: Store,
  assetId: string,
  writes: readonly FindingWrite[],
  now: string,
): Promise<void> {
  if (writes.length === 0) return;
  await sql`
    insert into finding as f (id, asset_id, vulnerability_id, state, state_since, band, score,
      severity, ecosystem, package, version, purl, scope, direct, advisory_id, reachability, kev,
      fixed_in, environment, archived, due, first_seen, last_seen, accepted_by)
    select given.id, a.id, given.vulnerability_id, given.state, ${now}, given.band, given.score,
      given.severity, given.ecosystem, given.package, given.version, given.purl, given.scope,
      given.direct, given.advisory_id, given.reachability, given.kev, given.fixed_in,
      a.environment, a.archived_at is not null, given.due, ${now}, ${now}, given.accepted_by
    from jsonb_to_recordset(${JSON.stringify(writes)}::jsonb) as given(id text,
      vulnerability_id int, state text, band text, score real, severity text, ecosystem text,
      package text, version text, purl text, scope text, direct boolean, advisory_id text,
      reachability text, kev boolean, fixed_in text, due date, accepted_by text)
    join asset a on a.id = ${assetId}
    order by given.id
    on conflict (id) do update set vulnerability_id = excluded.vulnerability_id,
      state = excluded.state,
      state_since = case when f.state = excluded.state then f.state_since else excluded.state_since end,
      band = excluded.band, score = excluded.score, severity = excluded.severity,
      ecosystem = excluded.ecosystem, package = excluded.package, version = excluded.version,
      purl = excluded.purl, scope = excluded.scope, direct = excluded.direct,
      advisory_id = excluded.advisory_id, reachability = excluded.reachability,
      kev = excluded.kev, fixed_in = excluded.fixed_in, environment = excluded.environment,
      archived = excluded.archived, due = excluded.due, last_seen = excluded.last_seen,
      accepted_by = excluded.accepted_by,
      closed_at = case when excluded.state = 'verified-closed' then f.closed_at end
  `.execute(db);
}

/** Closes findings that are there no more. */
export async function writeGone(db: Store, ids: readonly string[], now: string): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update finding set state = 'verified-closed', state_since = ${now}, closed_at = ${now},
      accepted_by = null
    where id = any(${ids})
  `.execute(db);
}

export interface EventOrigin {
  readonly actor: string;
  readonly scanId: string;
  readonly now: string;
}

export async function writeEvents(
  db: Store,
  events: readonly EventWrite[],
  { actor, scanId, now }: EventOrigin,
): Promise<void> {
  if (events.length === 0) return;
  await sql`
    insert into finding_event (finding_id, at, event, from_state, to_state, actor, because, scan_id)
    select finding_id, ${now}, event, from_state, to_state, ${actor}, because, ${scanId}
    from rows from (jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as (finding_id text,
      event text, from_state text, to_state text, because text)) with ordinality
      as given(finding_id, event, from_state, to_state, because, position)
    order by position
  `.execute(db);
}

/** Keeps the whole of each finding; what is there and the same is not written. */
export async function writeDetails(
  db: Store,
  details: readonly { readonly id: string; readonly detail: object }[],
): Promise<void> {
  if (details.length === 0) return;
  await sql`
    insert into finding_detail as d (finding_id, detail)
    select id, detail from jsonb_to_recordset(${JSON.stringify(details)}::jsonb)
      as given(id text, detail jsonb)
    on conflict (finding_id) do update set detail = excluded.detail
      where d.detail is distinct from excluded.detail
  `.execute(db);
}
