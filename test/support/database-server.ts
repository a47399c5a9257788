/**
 * One PostgreSQL for a test run. It is started by the first test that wants it (`testStore`), so that
 * a run without a database costs nothing, and ended with the run. What a killed run left is removed
 * by the next.
 */
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { pathKind } from '../../src/platform/path-kind.ts';
import { startPostgres } from '../../src/platform/postgres/server.ts';
import { startOf } from '../../src/platform/scratch.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** SUTURE_HOME of the run's database server. */
    databaseHome: string;
  }
}

const PREFIX = 'suture-test-database';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const owner = `${process.pid}.${await startOf(process.pid)}`;
  const home = await mkdtemp(join(tmpdir(), `${PREFIX}.${owner}.`));
  // As root the server runs as somebody else, who must get there.
  await chmod(home, 0o711);
  project.provide('databaseHome', home);
  return () => remove(home);
}

async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [prefix, pid, start] = name.split('.');
    if (prefix !== PREFIX || (await startOf(Number(pid))) === start) continue;
    // Another user's are not ours to remove.
    await remove(join(tmpdir(), name)).catch(() => {});
  }
}

async function remove(home: string): Promise<void> {
  // Whoever stops last ends the server: the workers that used it are gone.
  if ((await pathKind(join(home, 'postgres', 'data'))) !== undefined) {
    await (await startPostgres({ home })).stop();
  }
  await rm(home, { recursive: true, force: true, maxRetries: 3 });
}
