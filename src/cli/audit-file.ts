import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { trusting } from '../domain/chain-walk.ts';
import type { Checkpoint } from '../domain/decision.ts';
import { messageOf, SutureError } from '../domain/error.ts';
import { type VerifyingKey, verifyingKey, verifyingKeyFrom } from '../platform/keys.ts';
import { knownKeys } from '../platform/trusted-keys.ts';
import { type ExportHeader, readCheckpoint } from '../stages/audit/export-lines.ts';
import { verifyExport } from '../stages/audit/verify-export.ts';
import type { AuditCheck } from './audit-report.ts';

/**
 * Verifies an export (`-`: standard input) without server and database. Signatures count by the key
 * given; else by this machine's, where the file was signed by one of them; else by the keys in the
 * file, which proves only that it fits together.
 */
export async function verifyFile(
  file: string,
  flags: { readonly key?: string; readonly checkpoint?: string },
  home: string,
): Promise<AuditCheck> {
  const anchors = await keptCheckpoints(flags.checkpoint);
  const given = flags.key === undefined ? [] : [await verifyingKey(home, flags.key)];
  const known = await knownKeys(home);
  let keysFrom: AuditCheck['keysFrom'] = 'you';
  const trust = ({ keys }: ExportHeader) => {
    if (given.length > 0) return trusting(given);
    const ours = known.filter((key) => keys.some(({ id }) => id === key.id));
    keysFrom = ours.length > 0 ? 'this machine' : 'the file itself';
    return trusting(ours.length > 0 ? ours : ownKeys(keys));
  };
  const { header: _, ...check } = await verifyExport(linesOf(file), trust, anchors);
  return { ...check, keysFrom };
}

function ownKeys(keys: ExportHeader['keys']): readonly VerifyingKey[] {
  return keys.map(({ id, pem }) => verifyingKeyFrom(pem, `Key ${id.slice(0, 16)} of the file`));
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  try {
    let rest = '';
    // Not by node:readline, to which U+2028 ends a line: it may stand in what people write.
    for await (const chunk of input.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') yield rest;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** What was kept of `suture audit checkpoint`: one in a line. */
export async function keptCheckpoints(file: string | undefined): Promise<readonly Checkpoint[]> {
  if (file === undefined) return [];
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const checkpoints = lines.map((line) => {
    const checkpoint = readCheckpoint(line);
    if (checkpoint !== undefined) return checkpoint;
    throw new SutureError('checkpoint-invalid', `${file} holds what is no checkpoint`, {
      remedy: 'Give a file with what "suture audit checkpoint" printed.',
    });
  });
  if (checkpoints.length > 0) return checkpoints;
  throw new SutureError('checkpoint-invalid', `${file} is empty`, {
    remedy: 'Give a file with what "suture audit checkpoint" printed.',
  });
}

function unreadable(file: string, cause: unknown): SutureError {
  return new SutureError('file-unreadable', `${file}: ${messageOf(cause)}`, {
    remedy: 'Check the path and its permissions.',
    cause,
  });
}
