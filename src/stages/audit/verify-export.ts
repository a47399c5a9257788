import { type ChainReport, ChainWalk, type SignatureVerdict } from '../../domain/chain-walk.ts';
import type { Checkpoint } from '../../domain/decision.ts';
import { GENESIS_HASH } from '../../domain/decision-chain.ts';
import { SutureError } from '../../domain/error.ts';
import { type ExportHeader, readLine } from './export-lines.ts';

export interface ExportCheck extends ChainReport {
  readonly header: ExportHeader;
  /** Seq of the first decision that the file is to have. */
  readonly from: number;
}

/**
 * Verifies an export, line by line, without server and database. A part of the chain is verified
 * from its first link on; that it links on to what is before it is not known then.
 *
 * @param trust made from the header, whose keys are worth as much as the file
 * @param anchors checkpoints that were kept elsewhere
 * @throws SutureError `export-invalid` when it is no export at all
 */
export async function verifyExport(
  lines: AsyncIterable<string>,
  trust: (header: ExportHeader) => (checkpoint: Checkpoint) => SignatureVerdict,
  anchors: readonly Checkpoint[] = [],
): Promise<ExportCheck> {
  const source = lines[Symbol.asyncIterator]();
  const header = headerOf(await source.next());
  const { after } = header;
  const walk = new ChainWalk(after, trust(header));
  for (const anchor of anchors) walk.expect(anchor);
  if (after.seq === 0 && after.hash !== GENESIS_HASH) {
    const message = 'The file says that something was before decision 1';
    walk.fault({ seq: 1, what: 'not-linked', message }, 1);
  }
  let number = 1;
  let decisions = 0;
  let ended = false;
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    number += 1;
    if (next.value.trim() === '') continue;
    const line = ended ? undefined : readLine(next.value);
    const { seq } = walk.head;
    switch (line?.type) {
      case 'decision':
        decisions += 1;
        walk.take(line.decision, number);
        break;
      case 'checkpoint':
        walk.checkpoint(line.checkpoint, number);
        break;
      case 'end':
        ended = true;
        if (line.decisions !== decisions || line.head.hash !== walk.head.hash) {
          const message = `The last line speaks of ${line.decisions} decisions up to ${line.head.seq}, but ${decisions} up to ${seq} are there`;
          walk.fault({ seq: seq + 1, what: 'truncated', message }, number);
        }
        break;
      case 'header':
      case undefined: {
        const message = `Behind decision ${seq} stands what is no line of an export`;
        walk.fault({ seq: seq + 1, what: 'unreadable', message }, number);
      }
    }
  }
  if (!ended) {
    const { seq } = walk.head;
    const message = `The file ends behind decision ${seq}, without its last line: it was cut off`;
    walk.fault({ seq: seq + 1, what: 'truncated', message }, number);
  }
  return { ...walk.finish(), header, from: after.seq + 1 };
}

function headerOf(first: IteratorResult<string>): ExportHeader {
  const line = first.done === true ? undefined : readLine(first.value);
  if (line?.type === 'header') return line.header;
  throw new SutureError('export-invalid', 'That is no export of decisions', {
    remedy: 'Give a file that "suture audit export" wrote (in its format jsonl).',
    line: 1,
  });
}
