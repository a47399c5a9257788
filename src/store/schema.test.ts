import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import { systemPostgres, systemPostgresVersions } from '../../test/support/system-postgres.ts';
import { migrate } from './migrate.ts';
import { readMigrations } from './migrations.ts';
import { schemaSql } from './schema-sql.ts';

const versions = await systemPostgresVersions();

it('is what schema.sql says', async () => {
  await using database = await testStore();
  const kept = await readFile(new URL('./schema.sql', import.meta.url), 'utf8');
  expect(await schemaSql(database.url), 'run: node scripts/schema-sql.ts').toBe(kept);
});

it.skipIf(versions.length === 0)(
  `is the same on the system's own PostgreSQL (${versions.join(', ') || 'skipped: there is none'})`,
  async () => {
    await using database = await testStore();
    const embedded = await schemaSql(database.url);
    for (const version of versions) {
      await using server = await systemPostgres(version);
      const names = (await readMigrations()).map(({ name }) => name);
      expect(await migrate(server.url)).toEqual(names);
      expect(await schemaSql(server.url)).toBe(embedded);
    }
  },
);
