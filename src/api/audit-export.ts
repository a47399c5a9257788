import { z } from '@hono/zod-openapi';
import type { Handler } from 'hono';
import { SutureError } from '../domain/error.ts';
import { trustedKeys } from '../platform/trusted-keys.ts';
import { writeCheckpoint } from '../store/checkpoints.ts';
import { exportAudit } from '../workflows/audit.ts';
import { timeSchema } from './contract/values.ts';
import type { ApiDependencies } from './dependencies.ts';
import { readQuery } from './read-request.ts';
import type { ApiEnvironment } from './requester.ts';

const querySchema = z.strictObject({
  format: z.enum(['jsonl', 'ocsf']).default('jsonl'),
  since: timeSchema.optional(),
  until: timeSchema.optional(),
});

/**
 * The log of decisions as a file, as `suture audit export` writes it: a line each, sent as it is
 * read, so that neither side has to hold it.
 */
export function auditExport({
  store,
  home,
  clock,
  signingKey,
  version,
  log,
}: Pick<
  ApiDependencies,
  'store' | 'home' | 'clock' | 'signingKey' | 'version' | 'log'
>): Handler<ApiEnvironment> {
  return async (context) => {
    const { format, since, until } = readQuery(context, querySchema);
    const now = clock.now();
    // What has come since the newest checkpoint is signed first. A chain that is broken cannot be:
    // it is exported all the same, for whoever verifies it to see.
    await writeCheckpoint(store, { now, sign: await signingKey() }).catch((error: unknown) => {
      if (!(error instanceof SutureError)) throw error;
      log.warn({ err: error }, 'an export of the log ends without a checkpoint');
    });
    const lines = exportAudit(store, {
      format,
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      now,
      tool: { name: 'suture', version },
      keys: await trustedKeys(home),
    });
    const name = `suture-${format === 'jsonl' ? 'audit' : 'ocsf'}-${now.toISOString().slice(0, 10)}.jsonl`;
    return context.body(asBytes(lines), 200, {
      'Content-Type': 'application/x-ndjson; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}"`,
      'X-Accel-Buffering': 'no',
    });
  };
}

/** Reads on only as fast as the other side takes it, and stops when it leaves. */
function asBytes(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  return new ReadableStream<string>({
    async pull(controller) {
      const { done, value } = await lines.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await lines.return(undefined);
    },
  }).pipeThrough(new TextEncoderStream());
}
