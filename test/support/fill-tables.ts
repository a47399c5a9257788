import type pg from 'pg';

interface Column {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly type: string;
  /** Words that a check constraint allows. */
  readonly words: readonly string[] | null;
  /** The column that a foreign key points at. */
  readonly target: { readonly table: string; readonly column: string } | null;
}

/** Characters that a careless text format breaks at. */
const AWKWARD = 'tab\t line\nreturn\r back\\slash \\N "quoted" \'single\' é 漢字 🔑';

/**
 * Writes up to `rows` rows into every table of `public`, with a value in every column; fewer where a
 * table takes but one of a kind.
 */
export async function fillTables(client: pg.Client, rows: number): Promise<readonly string[]> {
  const columns = await columnsOf(client);
  const tables = [...new Set(columns.map(({ table }) => table))];
  // Neither foreign keys nor triggers: values are made to fit, and the order does not matter.
  await client.query(`set session_replication_role to 'replica'`);
  for (const table of tables) {
    const own = columns.filter((column) => column.table === table);
    const names = own.map(({ name }) => client.escapeIdentifier(name)).join(', ');
    const places = own.map((_, index) => `$${index + 1}`).join(', ');
    for (let row = 0; row < rows; row += 1) {
      await client.query(
        `insert into ${client.escapeIdentifier(table)} (${names}) overriding system value values (${places})
         on conflict do nothing`,
        own.map((column) => valueOf(column, row, columns)),
      );
    }
  }
  await client.query(`set session_replication_role to 'origin'`);
  return tables;
}

function valueOf(column: Column, row: number, columns: readonly Column[]): unknown {
  const { target, words } = column;
  if (target !== null) {
    const pointed = columns.find(
      ({ table, name }) => table === target.table && name === target.column,
    );
    if (pointed !== undefined && pointed !== column) return valueOf(pointed, row, columns);
  }
  if (words !== null) return words[row % words.length];
  const text = `${column.table}.${column.name} ${row} ${AWKWARD}`;
  switch (column.type) {
    case 'text':
      return text;
    case 'boolean':
      return row % 2 === 0;
    case 'smallint':
    case 'integer':
    case 'bigint':
      return row + 1;
    case 'real':
    case 'double precision':
      return 0.1 + row;
    case 'timestamp with time zone':
      return new Date(Date.UTC(2026, 1, 3, 4, 5, 6, 789) + row * 86_400_000);
    case 'date':
      return `2026-02-0${row + 1}`;
    case 'bytea':
      return Buffer.from([0, 255, 92, row]);
    case 'jsonb':
      return JSON.stringify({ text, list: [1, null, { deep: true }] });
    case 'text[]':
      return [text, '', 'NULL', '{}'];
    case 'integer[]':
    case 'bigint[]':
      return [row + 1, row + 2];
    default:
      throw new Error(`no value for ${column.table}.${column.name}: ${column.type}`);
  }
}

async function columnsOf(client: pg.Client): Promise<readonly Column[]> {
  const { rows } = await client.query<Column & { readonly check: string | null }>(`
    select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type,
      (select string_agg(pg_get_constraintdef(k.oid), ' ') from pg_constraint k
        where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]) as check,
      (select json_build_object('table', k.confrelid::regclass::text, 'column', f.attname)
        from pg_constraint k join pg_attribute f on f.attrelid = k.confrelid and f.attnum = k.confkey[1]
        where k.conrelid = c.oid and k.contype = 'f' and k.conkey = array[a.attnum] limit 1) as target
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      and c.relname <> 'schema_migration'
    order by c.relname, a.attnum`);
  return rows.map((row) => ({ ...row, words: allowed(row.check ?? '') }));
}

/** `CHECK ((kind = ANY (ARRAY['a'::text, 'b'::text])))` → a, b. */
function allowed(check: string): readonly string[] | null {
  const words = [...check.matchAll(/'([^']*)'::text/g)].map(([, word]) => word ?? '');
  return words.length === 0 ? null : words;
}

/** What is in every table of the schemas, whatever the order of its rows; and where sequences stand. */
export async function contentOf(client: pg.Client): Promise<Readonly<Record<string, unknown>>> {
  const { rows } = await client.query<{ name: string; kind: string }>(`
    select format('%I.%I', nspname, relname) as name, relkind as kind
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where nspname in ('public', 'dbos') and relkind in ('r', 'S') order by 1`);
  const content: Record<string, unknown> = {};
  for (const { name, kind } of rows) {
    const query =
      kind === 'S'
        ? `select last_value, is_called from ${name}`
        : `select count(*), md5(string_agg(r::text, e'\\n' order by r::text collate "C")) from ${name} r`;
    content[name] = (await client.query(query)).rows[0];
  }
  return content;
}
