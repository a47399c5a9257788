import { sql } from 'kysely';
import { type AssetContext, DEFAULT_CONTEXT } from '../domain/context.ts';
import {
  CONTEXT_SOURCES,
  type ContextName,
  type ContextSource,
  type ContextStatement,
} from '../domain/managed-asset.ts';
import { checkContextValue } from './assets-check.ts';
import type { Store } from './database.ts';
import { inTransaction } from './in-transaction.ts';

/** A statement, and whether it is the one that counts. */
export interface JudgedStatement extends ContextStatement {
  readonly decides: boolean;
}

/**
 * Adds statements about an asset's context, in place of what the same sources said of the same
 * fields. A statement that is older than the one it would replace is late news and changes nothing.
 *
 * @returns the effective context afterwards
 * @throws SutureError `asset-invalid` for a value that the field cannot have
 */
export async function stateContext(
  db: Store,
  assetId: string,
  statements: readonly ContextStatement[],
): Promise<AssetContext> {
  return await inTransaction(db, async (trx) => {
    await lockAssets(trx, [assetId]);
    await putStatements(
      trx,
      statements.map((statement) => ({ assetId, statement })),
    );
    await refreshContext(trx, [assetId]);
    return await effectiveContext(trx, assetId);
  });
}

/**
 * What a scan believes of an asset: declared in its own file, inferred from what was seen, or a
 * default. It replaces what the scan before believed, and never what a person said.
 *
 * @param observedAt ISO 8601: when the scan looked
 */
export async function stateScannedContext(
  db: Store,
  assetId: string,
  context: AssetContext,
  observedAt: string,
): Promise<AssetContext> {
  const statements = CONTEXT_NAMES.map((field): ContextStatement => {
    const { value, source, because } = context[field];
    return { field, source: source === 'declared' ? 'file' : source, value, because, observedAt };
  });
  return await inTransaction(db, async (trx) => {
    await lockAssets(trx, [assetId]);
    // What the file does not say any more is not said.
    await sql`
      delete from asset_context as old
      using unnest(${statements.map(({ field }) => field)}::text[],
        ${statements.map(({ source }) => source)}::text[]) as said (field, source)
      where old.asset_id = ${assetId} and old.field = said.field and old.source <> 'person'
        and old.source <> said.source and old.observed_at <= ${observedAt}`.execute(trx);
    return await stateContext(trx, assetId, statements);
  });
}

/** Takes back what a source said of a field; what the next strongest says counts again. */
export async function withdrawContext(
  db: Store,
  assetId: string,
  field: ContextName,
  source: ContextSource = 'person',
): Promise<AssetContext> {
  return await inTransaction(db, async (trx) => {
    await lockAssets(trx, [assetId]);
    await trx
      .deleteFrom('asset_context')
      .where('asset_id', '=', assetId)
      .where('field', '=', field)
      .where('source', '=', source)
      .execute();
    await refreshContext(trx, [assetId]);
    return await effectiveContext(trx, assetId);
  });
}

/** Everything that is said of an asset's context, strongest first in each field. */
export async function contextStatements(
  db: Store,
  assetId: string,
): Promise<readonly JudgedStatement[]> {
  const said = await statementsOf(db, [assetId]);
  return CONTEXT_NAMES.flatMap((field) =>
    said
      .filter(({ statement }) => statement.field === field)
      .map(({ statement }, rank) => ({ ...statement, decides: rank === 0 })),
  );
}

/** What counts for each field of an asset's context: what its strongest source says. */
export async function effectiveContext(db: Store, assetId: string): Promise<AssetContext> {
  const contexts = await effectiveContexts(db, [assetId]);
  return contexts.get(assetId) ?? DEFAULT_CONTEXT;
}

/** {@link effectiveContext} of many assets; every id that is given is in the answer. */
export async function effectiveContexts(
  db: Store,
  assetIds: readonly string[],
): Promise<ReadonlyMap<string, AssetContext>> {
  const said = Map.groupBy(await statementsOf(db, assetIds), ({ assetId }) => assetId);
  return new Map(
    assetIds.map((id) => [id, strongest((said.get(id) ?? []).map(({ statement }) => statement))]),
  );
}

/** @param statements of one asset, strongest first in each field */
function strongest(statements: readonly ContextStatement[]): AssetContext {
  const field = <K extends ContextName>(name: K): AssetContext[K] => {
    const statement = statements.find((each) => each.field === name);
    if (statement === undefined) return DEFAULT_CONTEXT[name];
    const { source, because } = statement;
    return {
      // Checked when it was stated.
      value: statement.value as AssetContext[K]['value'],
      source: source === 'person' || source === 'file' ? 'declared' : source,
      because,
    } as AssetContext[K];
  };
  return {
    environment: field('environment'),
    exposure: field('exposure'),
    criticality: field('criticality'),
    dataSensitivity: field('dataSensitivity'),
  };
}

const MAX_REASON = 1_000;

const CONTEXT_NAMES = Object.keys(DEFAULT_CONTEXT) as ContextName[];

interface AboutAsset {
  readonly assetId: string;
  readonly statement: ContextStatement;
}

async function statementsOf(db: Store, assetIds: readonly string[]): Promise<AboutAsset[]> {
  const { rows } = await sql<
    Required<Omit<ContextStatement, 'by'>> & { assetId: string; by: string | null }
  >`
    select asset_id as "assetId", field, source, value, because, observed_at as "observedAt",
      stated_by as by
    from asset_context
    where asset_id = any(${assetIds}::bigint[])
    order by asset_id, field, array_position(${CONTEXT_SOURCES}::text[], source)`.execute(db);
  return rows.map(({ assetId, by, ...statement }) => ({
    assetId,
    statement: by === null ? statement : { ...statement, by },
  }));
}

/** Statements are added one after the other: each must see what counts after the one before. */
export async function lockAssets(db: Store, assetIds: readonly string[]): Promise<void> {
  await sql`
    select from asset where id = any(${assetIds}::bigint[]) order by id for no key update
  `.execute(db);
}

/** Call it with the assets locked, and {@link refreshContext} after it. */
export async function putStatements(db: Store, statements: readonly AboutAsset[]): Promise<void> {
  const checked = statements.map(({ assetId, statement }) => ({
    asset: assetId,
    field: statement.field,
    source: statement.source,
    value: checkContextValue(statement.field, statement.value),
    because: readable(statement.because),
    observed: statement.observedAt,
    by: statement.by ?? null,
  }));
  await sql`
    insert into asset_context (asset_id, field, source, value, because, observed_at, stated_by)
    select asset, field, source, value, because, observed, by
    from jsonb_to_recordset(${JSON.stringify(checked)}::jsonb) as given (asset bigint, field text,
      source text, value jsonb, because text, observed timestamptz, by bigint)
    where exists (select from asset where asset.id = given.asset)
    on conflict (asset_id, field, source) do update
    set value = excluded.value, because = excluded.because, stated_by = excluded.stated_by,
      observed_at = case
        when (asset_context.value, asset_context.because) = (excluded.value, excluded.because)
        then asset_context.observed_at else excluded.observed_at end
    where asset_context.observed_at <= excluded.observed_at`.execute(db);
}

/** Brings the columns that assets are filtered by in line with what is said. */
export async function refreshContext(db: Store, assetIds: readonly string[]): Promise<void> {
  await sql`
    update asset set environment = effective.environment, exposure = effective.exposure,
      criticality = effective.criticality, data_sensitivity = effective.data_sensitivity
    from (
      select given.id,
        coalesce(max(said.value) filter (where field = 'environment'),
          ${DEFAULT_CONTEXT.environment.value}) as environment,
        coalesce(max(said.value) filter (where field = 'exposure'),
          ${DEFAULT_CONTEXT.exposure.value}) as exposure,
        coalesce(max(said.value) filter (where field = 'criticality'),
          ${String(DEFAULT_CONTEXT.criticality.value)})::smallint as criticality,
        coalesce(max(said.value) filter (where field = 'dataSensitivity'),
          ${DEFAULT_CONTEXT.dataSensitivity.value}) as data_sensitivity
      from unnest(${assetIds}::bigint[]) as given (id)
      left join lateral (
        select distinct on (field) field, value #>> '{}' as value
        from asset_context where asset_id = given.id
        order by field, array_position(${CONTEXT_SOURCES}::text[], source)
      ) as said on true
      group by given.id
    ) as effective
    where asset.id = effective.id
      and (asset.environment, asset.exposure, asset.criticality, asset.data_sensitivity)
        is distinct from (effective.environment, effective.exposure, effective.criticality,
          effective.data_sensitivity)`.execute(db);
}

/** Reasons quote scanned files, so anything may be in them; a scan must not fail over that. */
function readable(because: string): string {
  return because
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, MAX_REASON);
}
