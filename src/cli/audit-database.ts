import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Checkpoint } from '../domain/decision.ts';
import { messageOf, SutureError } from '../domain/error.ts';
import { signingKey, verifyingKey } from '../platform/keys.ts';
import { openLog } from '../platform/log.ts';
import { trustedKeys } from '../platform/trusted-keys.ts';
import { writeCheckpoint } from '../store/checkpoints.ts';
import { closeStore, openStore, type Store } from '../store/database.ts';
import { verifyChain } from '../store/decisions-verify.ts';
import { exportAudit } from '../workflows/audit.ts';
import type { Services } from '../workflows/services.ts';
import { keptCheckpoints } from './audit-file.ts';
import type { AuditCheck } from './audit-report.ts';
import { openDatabase } from './database-of.ts';
import { say } from './terminal.ts';

/** Verifies the chain where it is kept, with the columns beside it. */
export async function verifyDatabase(
  services: Services,
  flags: { readonly key?: string; readonly checkpoint?: string; readonly database?: string },
): Promise<AuditCheck> {
  const { home, progress } = services;
  const anchors = await keptCheckpoints(flags.checkpoint);
  const { key } = flags;
  const trusted = key === undefined ? await trustedKeys(home) : [await verifyingKey(home, key)];
  return await withStore(services, flags.database, async (store) => {
    const report = await verifyChain(store, {
      trusted,
      anchors,
      progress: (seq) => progress(`verified up to decision ${seq}`, 'detail'),
    });
    return { ...report, from: 1, keysFrom: key === undefined ? 'this machine' : 'you' };
  });
}

/**
 * Writes the export. What has come since the newest checkpoint is signed first, so that the end of
 * the file is; where that cannot be, because the chain is broken, it is written all the same.
 *
 * @throws SutureError `time-invalid`, `output-unwritable`
 */
export async function exportDatabase(
  services: Services,
  flags: {
    readonly format: 'jsonl' | 'ocsf';
    readonly since?: string;
    readonly until?: string;
    readonly output?: string;
    readonly database?: string;
  },
): Promise<void> {
  const { home, clock, tool } = services;
  const since = instant(flags.since);
  const until = instant(flags.until);
  await withStore(services, flags.database, async (store) => {
    const now = clock.now();
    await writeCheckpoint(store, { now, sign: await signingKey(home) }).catch((error: unknown) => {
      if (!(error instanceof SutureError)) throw error;
      say(`warning: ${error.message}. ${error.remedy}`);
    });
    const text = exportAudit(store, {
      format: flags.format,
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      now,
      tool,
      keys: await trustedKeys(home),
    });
    await write(text, flags.output);
  });
}

/**
 * Signs where the chain stands.
 *
 * @throws SutureError `decision-chain-broken`; `decisions-none` where there is nothing to sign
 */
export async function signCheckpoint(
  services: Services,
  database: string | undefined,
): Promise<Checkpoint> {
  return await withStore(services, database, async (store) => {
    const sign = await signingKey(services.home);
    const checkpoint = await writeCheckpoint(store, { now: services.clock.now(), sign });
    if (checkpoint !== undefined) return checkpoint;
    throw new SutureError('decisions-none', 'No decision is recorded yet', {
      remedy: 'Come again when there is one.',
    });
  });
}

async function withStore<T>(
  services: Services,
  given: string | undefined,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const log = openLog({ name: 'suture-audit', level: 'warn' });
  const database = await openDatabase(services.home, given, log);
  const store = openStore(database.url, { poolSize: 2 });
  try {
    return await work(store);
  } finally {
    await closeStore(store);
    await database.stop();
  }
}

async function write(text: AsyncIterable<string>, output: string | undefined): Promise<void> {
  const source = Readable.from(text);
  try {
    if (output === undefined) await pipeline(source, process.stdout, { end: false });
    // Decisions name people and what is vulnerable.
    else await pipeline(source, createWriteStream(output, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    // A reader that left early (head) is no error.
    if (output === undefined && (error as NodeJS.ErrnoException).code === 'EPIPE') return;
    if (output === undefined || !(error as NodeJS.ErrnoException).syscall) throw error;
    throw new SutureError('output-unwritable', `${output}: ${messageOf(error)}`, {
      remedy: 'Give a file that is not there yet, in a folder that you may write to.',
      cause: error,
    });
  }
}

/** Any ISO 8601 day or time; UTC where it says nothing else. */
function instant(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const zoned = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`;
  const time = new Date(/^\d{4}-\d\d-\d\d/.test(zoned) ? zoned : Number.NaN);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new SutureError('time-invalid', `“${text}” is no ISO 8601 time`, {
    remedy: 'Write it as 2026-11-02 or 2026-11-02T08:00:00Z.',
  });
}
