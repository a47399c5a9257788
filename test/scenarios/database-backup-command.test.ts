import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, it, vi } from 'vitest';
import { backupCommand } from '../../src/cli/backup.ts';
import { restoreCommand } from '../../src/cli/restore.ts';
import { signingKey } from '../../src/platform/keys.ts';
import { pathKind } from '../../src/platform/path-kind.ts';
import { startPostgres } from '../../src/platform/postgres/server.ts';
import { closeStore, openStore } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type DatabaseHome, databaseHome } from '../support/database-home.ts';

async function suture(home: DatabaseHome, ...argv: string[]): Promise<string> {
  const program = new Command('suture').exitOverride();
  const services = {
    home: home.path,
    tool: { name: 'suture', version: '0.1.0' },
    clock: { now: () => new Date() },
    progress: () => {},
  } as const;
  backupCommand(program, services);
  restoreCommand(program, services);
  let output = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => {
    output += String(text);
    for (const done of rest) if (typeof done === 'function') done();
    return true;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return output;
}

async function setting(home: DatabaseHome): Promise<unknown> {
  const server = await startPostgres({ home: home.path });
  const store = openStore(server.url);
  try {
    return await store.selectFrom('setting').select(['name', 'value']).execute();
  } finally {
    await closeStore(store);
    await server.stop();
  }
}

it('moves a home with its own database to another, and leaves what it refuses alone', async () => {
  await using from = await databaseHome();
  await using to = await databaseHome();
  const archive = join(from.path, 'kept.tar.zst');

  await expect(suture(from, 'backup', archive)).rejects.toMatchObject({ code: 'backup-nothing' });
  expect(await pathKind(join(from.path, 'postgres'))).toBeUndefined();

  await signingKey(from.path);
  const server = await startPostgres({ home: from.path });
  await migrate(server.url);
  const store = openStore(server.url);
  const row = { name: 'paused', value: JSON.stringify({ because: 'a test' }) };
  await store.insertInto('setting').values(row).execute();
  // While it runs and is used.
  expect(await suture(from, 'backup', archive)).toContain('It holds the signing key');
  await expect(suture(from, 'backup', archive)).rejects.toMatchObject({ code: 'backup-exists' });
  await closeStore(store);
  await server.stop();

  const damaged = join(from.path, 'damaged.tar.zst');
  await writeFile(damaged, (await readFile(archive)).subarray(0, -100));
  await expect(suture(to, 'restore', damaged)).rejects.toMatchObject({ code: 'backup-damaged' });
  expect(await pathKind(join(to.path, 'postgres'))).toBeUndefined();

  expect(await suture(to, 'restore', archive)).toContain('Suture 0.1.0');
  expect(await setting(to)).toEqual([{ name: 'paused', value: { because: 'a test' } }]);
  expect((await stat(join(to.path, 'keys/signing.pem'))).mode & 0o777).toBe(0o600);
  await expect(suture(to, 'restore', archive)).rejects.toMatchObject({ code: 'restore-not-empty' });

  const plain = join(from.path, 'plain.tar.zst');
  expect(await suture(from, 'backup', plain, '--without-keys')).toContain('It holds no keys');
});
