import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeZip } from '../../scripts/write-zip.ts';

/** A zip of these files, in memory. */
export async function zipOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'suture-zip-'));
  try {
    const path = join(folder, 'all.zip');
    await writeZip(path, () =>
      Object.entries(files).map(([name, text]) => ({ name, content: Buffer.from(text) })),
    );
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
