import { z } from 'zod';
import type { Checkpoint, Decision } from '../../domain/decision.ts';
import type { ChainHead } from '../../domain/decision-chain.ts';

/** The first line of an export. */
export interface ExportHeader {
  readonly format: 'suture-audit';
  readonly version: 1;
  /** ISO 8601. */
  readonly exportedAt: string;
  readonly tool: string;
  /** The link before the first that is in the file. */
  readonly after: ChainHead;
  /** What was asked for, where it was not all; ISO 8601. */
  readonly since?: string;
  readonly until?: string;
  /** Public keys of those who signed; worth as much as the way the file came by. */
  readonly keys: readonly { readonly id: string; readonly pem: string }[];
}

/** An export is a line of JSON for each of these, in the order of the chain. */
export type ExportLine =
  | { readonly type: 'header'; readonly header: ExportHeader }
  | { readonly type: 'decision'; readonly decision: Decision }
  /** Right behind the decision that it is of. */
  | { readonly type: 'checkpoint'; readonly checkpoint: Checkpoint }
  /** The last line, so that a file that was cut off is seen to be. */
  | { readonly type: 'end'; readonly decisions: number; readonly head: ChainHead };

export function writeLine(line: ExportLine): string {
  return `${JSON.stringify(line)}\n`;
}

const head = z.object({ seq: z.int().min(0), hash: z.string() });
const lineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('header'),
    header: z.looseObject({
      format: z.literal('suture-audit'),
      version: z.literal(1),
      exportedAt: z.string(),
      tool: z.string(),
      after: head,
      keys: z.array(z.object({ id: z.string(), pem: z.string() })),
    }),
  }),
  z.strictObject({
    type: z.literal('decision'),
    // Loose: whatever else is in it was hashed as well. Beside it nothing is.
    decision: z.looseObject({ seq: z.int().min(1), hash: z.string(), previousHash: z.string() }),
  }),
  z.strictObject({
    type: z.literal('checkpoint'),
    checkpoint: z.looseObject({
      seq: z.int().min(1),
      hash: z.string(),
      at: z.string(),
      keyId: z.string(),
      signature: z.string(),
    }),
  }),
  z.strictObject({ type: z.literal('end'), decisions: z.int().min(0), head }),
]);

/**
 * Nothing for what is no line of an export, nor for one that is written otherwise than `writeLine`
 * does: with a member twice, or a number of too many digits, it would say one thing to us and
 * another to whoever reads it by other means.
 */
export function readLine(text: string): ExportLine | undefined {
  const line = parseLine(text);
  return line !== undefined && JSON.stringify(line) === text.trim() ? line : undefined;
}

function parseLine(text: string): ExportLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = lineSchema.safeParse(value);
  // The schema looks at what verification rests on; the value is given on as it was read.
  return parsed.success ? (value as ExportLine) : undefined;
}

/**
 * A checkpoint that somebody kept: the line that `suture audit checkpoint` printed, or one of an
 * export.
 */
export function readCheckpoint(text: string): Checkpoint | undefined {
  const line = parseLine(text) ?? parseLine(`{"type":"checkpoint","checkpoint":${text}}`);
  return line?.type === 'checkpoint' ? line.checkpoint : undefined;
}
