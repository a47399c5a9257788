import { sql } from 'kysely';
import { messageOf, SutureError } from '../domain/error.ts';
import { withoutSecrets } from '../platform/log.ts';
import { pendingMigrations } from '../store/migrate.ts';
import { readMigrations } from '../store/migrations.ts';
import type { ApiDependencies } from './dependencies.ts';

interface Check {
  readonly ok: boolean;
  /** What is wrong and what to do. */
  readonly why?: string;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<'database' | 'schema' | 'worker' | 'index', Check>>;
}

/** A worker that has not beaten for so long counts as gone. */
const SILENT_SECONDS = 60;
const TIMEOUT_MS = 3_000;

/** Whether everything that is needed is there; each question has its own short time. */
export async function readiness({
  store,
  openIndex,
}: Pick<ApiDependencies, 'store' | 'openIndex'>): Promise<Readiness> {
  const [database, schema, worker, index] = await Promise.all([
    check(async () => void (await sql`select 1`.execute(store))),
    check(() => schemaIsCurrent(store)),
    check(() => workerIsAlive(store)),
    check(() => openIndex().close()),
  ]);
  const checks = { database, schema, worker, index };
  return { ready: Object.values(checks).every(({ ok }) => ok), checks };
}

async function check(look: () => Promise<void>): Promise<Check> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer within 3 seconds')), TIMEOUT_MS);
  try {
    await Promise.race([look(), late]);
    return { ok: true };
  } catch (error) {
    const remedy = error instanceof SutureError ? ` ${error.remedy}` : '';
    return { ok: false, why: withoutSecrets(`${messageOf(error)}.${remedy}`) };
  } finally {
    clearTimeout(timer);
  }
}

async function schemaIsCurrent(store: ApiDependencies['store']): Promise<void> {
  const applied = await store
    .selectFrom('schema_migration')
    .select(['name', 'sha256'])
    .orderBy('name')
    .execute();
  const [pending] = pendingMigrations(await readMigrations(), applied);
  if (pending === undefined) return;
  throw new SutureError('not-ready', `${pending.name} is not applied`, {
    remedy: 'Start suture up (or suture migrate) of this version once.',
  });
}

async function workerIsAlive(store: ApiDependencies['store']): Promise<void> {
  const alive = await store
    .selectFrom('worker')
    .select('id')
    .where('state', '=', 'alive')
    .where(sql<boolean>`heartbeat_at > now() - make_interval(secs => ${SILENT_SECONDS})`)
    .limit(1)
    .executeTakeFirst();
  if (alive !== undefined) return;
  throw new SutureError('not-ready', 'No worker is alive', {
    remedy: 'Start one with suture worker; suture up keeps its own.',
  });
}
