import type { Checkpoint } from '../domain/decision.ts';
import { EMPTY_CHAIN } from '../domain/decision-chain.ts';
import { type ExportHeader, writeLine } from '../stages/audit/export-lines.ts';
import { ocsfEvent } from '../stages/audit/ocsf.ts';
import { checkpointsBetween } from '../store/checkpoints.ts';
import type { Store } from '../store/database.ts';
import { chainRange } from '../store/decisions-range.ts';
import { chainPages } from '../store/decisions-read.ts';

export interface AuditExport {
  readonly format: 'jsonl' | 'ocsf';
  /** ISO 8601; decisions from then on, and before then. Absent: from the first, to the last. */
  readonly since?: string;
  readonly until?: string;
  readonly now: Date;
  readonly tool: { readonly name: string; readonly version: string };
  /** Public keys of those who sign. */
  readonly keys: readonly { readonly id: string; readonly pem: string }[];
  readonly pageSize?: number;
}

/**
 * The chain, or a part of it, as text: in `jsonl` with all that `verifyExport` needs, in `ocsf` an
 * event a line. As it was when it began; memory does not grow with it.
 */
export async function* exportAudit(db: Store, options: AuditExport): AsyncGenerator<string> {
  const range = await chainRange(db, options);
  const jsonl = options.format === 'jsonl';
  if (jsonl) yield writeLine({ type: 'header', header: headerOf(options, range.after) });
  let head = range.after;
  let decisions = 0;
  const { pageSize } = options;
  for await (const page of chainPages(db, {
    after: range.after.seq,
    to: range.to,
    ...(pageSize === undefined ? {} : { pageSize }),
  })) {
    const first = page[0]?.decision.seq ?? 0;
    const last = page.at(-1)?.decision.seq ?? 0;
    const checkpoints = jsonl ? await checkpointsBySeq(db, first, last) : undefined;
    let text = '';
    for (const { decision } of page) {
      decisions += 1;
      head = { seq: decision.seq, hash: decision.hash };
      if (checkpoints === undefined) {
        text += `${JSON.stringify(ocsfEvent(decision, options.tool))}\n`;
        continue;
      }
      text += writeLine({ type: 'decision', decision });
      const checkpoint = checkpoints.get(decision.seq);
      if (checkpoint !== undefined) text += writeLine({ type: 'checkpoint', checkpoint });
    }
    yield text;
  }
  if (jsonl) yield writeLine({ type: 'end', decisions, head });
}

function headerOf(options: AuditExport, after: ExportHeader['after']): ExportHeader {
  const { since, until, now, tool, keys } = options;
  return {
    format: 'suture-audit',
    version: 1,
    exportedAt: now.toISOString(),
    tool: `${tool.name} ${tool.version}`,
    after: after.seq === 0 ? EMPTY_CHAIN : after,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    keys: keys.map(({ id, pem }) => ({ id, pem })),
  };
}

async function checkpointsBySeq(
  db: Store,
  from: number,
  to: number,
): Promise<ReadonlyMap<number, Checkpoint>> {
  const checkpoints = await checkpointsBetween(db, from, to);
  return new Map(checkpoints.map((checkpoint) => [checkpoint.seq, checkpoint]));
}
