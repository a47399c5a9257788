/**
 * Writes the types that the page sees of the API, from the contract.
 *
 *   node scripts/page-client.ts            writes web/src/api/schema.d.ts
 *   node scripts/page-client.ts --check    fails when it is stale
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openapiDocument } from '../src/api/openapi.ts';
import { exec } from '../src/platform/exec.ts';

const root = join(import.meta.dirname, '..');
const target = join(root, 'web/src/api/schema.d.ts');

async function run(argv: readonly string[], input = ''): Promise<string> {
  const { exitCode, stdout, stderr } = await exec(argv, { cwd: root, input });
  if (exitCode !== 0) throw new Error(`${argv[0]} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** The client's types make plain arrays of tuples on the way; both sides must say the same. */
function withoutTuples(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('prefixItems' in value)) return value;
  const { prefixItems, ...schema } = value as { prefixItems: readonly unknown[] };
  return { ...schema, items: prefixItems[0] };
}

const folder = await mkdtemp(join(tmpdir(), 'suture-page-client-'));
try {
  const document = join(folder, 'openapi.json');
  const types = join(folder, 'schema.d.ts');
  await writeFile(document, JSON.stringify(openapiDocument('1'), withoutTuples));
  // Its own TypeScript 5 stands beside it in web/.
  await run([join(root, 'web/node_modules/.bin/openapi-typescript'), document, '-o', types]);
  const text = `/* oxlint-disable */\n${await readFile(types, 'utf8')}`;
  const fresh = await run(['biome', 'format', `--stdin-file-path=${target}`], text);
  if (!process.argv.includes('--check')) {
    await writeFile(target, fresh);
    console.log('web/src/api/schema.d.ts');
  } else if ((await readFile(target, 'utf8')) !== fresh) {
    console.error('web/src/api/schema.d.ts is stale: run node scripts/page-client.ts');
    process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
