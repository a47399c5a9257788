import type pg from 'pg';

/**
 * Makes freshly migrated tables ready to be loaded in any order: empty of what migrations put in,
 * without foreign keys, and with triggers off, which would count, announce or refuse what has been
 * counted, announced and allowed before.
 *
 * @returns `restore` puts keys and triggers back; the keys check all rows then
 */
export async function withoutChecks(
  client: pg.ClientBase,
  schemas: readonly string[],
): Promise<{ restore(): Promise<void> }> {
  const tables = await texts(client, TABLES, schemas);
  const keys = await client.query<{ drop: string; add: string }>(FOREIGN_KEYS, [schemas]);
  for (const table of tables) await client.query(`alter table ${table} disable trigger user`);
  await client.query(`truncate ${tables.join(', ')}`);
  for (const { drop } of keys.rows) await client.query(drop);
  return {
    restore: async () => {
      for (const { add } of keys.rows) await client.query(add);
      for (const table of tables) await client.query(`alter table ${table} enable trigger user`);
    },
  };
}

const TABLES = `
  select format('%I.%I', n.nspname, c.relname) as text
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any($1) and c.relkind = 'r' order by 1`;

const FOREIGN_KEYS = `
  select format('alter table %I.%I drop constraint %I', n.nspname, c.relname, k.conname) as drop,
    format('alter table %I.%I add constraint %I %s', n.nspname, c.relname, k.conname,
      pg_get_constraintdef(k.oid)) as add
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any($1) and k.contype = 'f' order by 1`;

async function texts(
  client: pg.ClientBase,
  sql: string,
  schemas: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await client.query<{ text: string }>(sql, [schemas]);
  return rows.map(({ text }) => text);
}
