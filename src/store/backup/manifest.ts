import { z } from 'zod';
import { SutureError } from '../../domain/error.ts';

/**
 * A backup is a tar archive, compressed with zstd: `suture-backup.json` (BackupHead) first, then the
 * rows of every table in parts `tables/SCHEMA.TABLE/000000` (COPY text format, concatenated in
 * order), the home's files under `home/`, and `manifest.json` last. An archive without its last entry
 * is not whole. Every version of Suture reads the formats before its own.
 */
export const FORMAT = 1;
export const HEAD_ENTRY = 'suture-backup.json';
export const MANIFEST_ENTRY = 'manifest.json';

const head = z.object({
  suture: z.literal('backup'),
  format: z.number().int(),
  version: z.string(),
  at: z.string(),
});

const content = z.object({ bytes: z.number(), sha256: z.string() });

const manifest = z.object({
  ...head.shape,
  /** Of the database server that it was made on; for people. */
  server: z.string(),
  migrations: z.array(z.object({ name: z.string(), sha256: z.string() })),
  tables: z.array(
    z.object({
      schema: z.string(),
      name: z.string(),
      columns: z.array(z.string()),
      rows: z.number(),
      parts: z.number(),
      ...content.shape,
    }),
  ),
  sequences: z.array(
    z.object({
      schema: z.string(),
      name: z.string(),
      lastValue: z.string(),
      isCalled: z.boolean(),
    }),
  ),
  /** Schemas that no migration of ours makes (the durable engine's), as they were. */
  schemas: z.record(
    z.string(),
    z.object({
      sequences: z.array(z.string()).readonly(),
      types: z.array(z.string()).readonly(),
      functions: z.array(z.string()).readonly(),
      tables: z.array(z.string()).readonly(),
      foreignKeys: z.array(z.string()).readonly(),
      indexes: z.array(z.string()).readonly(),
      triggers: z.array(z.string()).readonly(),
    }),
  ),
  files: z.array(z.object({ path: z.string(), mode: z.number(), ...content.shape })),
});

export type BackupHead = z.infer<typeof head>;
export type BackupManifest = z.infer<typeof manifest>;
export type BackupTable = BackupManifest['tables'][number];

export function partName(table: { schema: string; name: string }, part: number): string {
  return `tables/${table.schema}.${table.name}/${String(part).padStart(6, '0')}`;
}

export function fileEntry(path: string): string {
  return `home/${path}`;
}

/** @throws SutureError `backup-unknown`, `backup-newer` */
export function parseHead(text: string, file: string): BackupHead {
  const parsed = head.safeParse(json(text));
  if (!parsed.success) throw notABackup(file);
  if (parsed.data.format > FORMAT) {
    throw new SutureError(
      'backup-newer',
      `${file} was made by Suture ${parsed.data.version}, in a format that this one does not know`,
      { remedy: `Restore it with Suture ${parsed.data.version} or newer.` },
    );
  }
  return parsed.data;
}

/** @throws SutureError `backup-damaged` */
export function parseManifest(text: string, file: string): BackupManifest {
  const parsed = manifest.safeParse(json(text));
  if (!parsed.success) throw damaged(file, `its ${MANIFEST_ENTRY} cannot be read`);
  return parsed.data;
}

export function notABackup(file: string): SutureError {
  return new SutureError('backup-unknown', `${file} is not a backup of Suture`, {
    remedy: 'Give a file that "suture backup FILE" wrote.',
  });
}

export function damaged(file: string, why: string): SutureError {
  return new SutureError('backup-damaged', `${file} is damaged: ${why}`, {
    remedy: 'Nothing was restored. Copy it again from where it is kept, or take another backup.',
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
