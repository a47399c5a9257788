import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { parseSync, type TSInterfaceDeclaration } from 'oxc-parser';
import { expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import type { Store } from './database.ts';

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  /** Always the database's. */
  readonly generated: boolean;
  readonly default: boolean;
}

async function columnsOf(store: Store): Promise<readonly Column[]> {
  const { rows } = await sql<Column>`
    select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type,
      not a.attnotnull as nullable, a.attidentity = 'a' or a.attgenerated <> '' as generated,
      a.atthasdef or a.attidentity = 'd' as default
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`.execute(store);
  return rows;
}

const SCALARS: Readonly<Record<string, string>> = {
  bigint: 'string',
  integer: 'number',
  smallint: 'number',
  real: 'number',
  'double precision': 'number',
  text: 'string',
  boolean: 'boolean',
  date: 'string',
  bytea: 'Buffer',
  'text[]': 'string[]',
  'integer[]': 'number[]',
  'bigint[]': 'string[]',
};

/** What tables.ts should say of a column. */
function expected(column: Column): string {
  const { type, nullable } = column;
  const family = {
    'timestamp with time zone': ['Time', 'StampedTime'],
    jsonb: ['Json', 'JsonWithDefault'],
  }[type];
  if (family !== undefined) {
    if (nullable) return `Nullable${family[0]}`;
    return (column.default ? family[1] : family[0]) ?? '';
  }
  const scalar = SCALARS[type] ?? `(no rule for ${type})`;
  if (column.generated) return `GeneratedAlways<${nullable ? `${scalar} | null` : scalar}>`;
  if (nullable) return `Nullable<${scalar}>`;
  return column.default ? `Generated<${scalar}>` : scalar;
}

/** The declared columns by table; unions of words and their names are folded to `string`. */
function declared(source: string): Map<string, string> {
  const { program, errors } = parseSync('tables.ts', source);
  if (errors.length > 0) throw new Error(errors[0]?.message);
  const text = ({ start, end }: { start: number; end: number }) => source.slice(start, end);
  const interfaces = new Map<string, TSInterfaceDeclaration>();
  for (const statement of program.body) {
    const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (node?.type === 'TSInterfaceDeclaration') interfaces.set(node.id.name, node);
  }
  const members = (name: string) =>
    (interfaces.get(name)?.body.body ?? []).flatMap((member) =>
      member.type === 'TSPropertySignature' &&
      member.key.type === 'Identifier' &&
      member.typeAnnotation
        ? [[member.key.name, text(member.typeAnnotation.typeAnnotation)] as const]
        : [],
    );
  const columns = new Map<string, string>();
  for (const [table, type] of members('Tables')) {
    for (const [column, declaration] of members(type)) {
      columns.set(`${table}.${column}`, declaration.replaceAll(/\s+/g, ' ').trim());
    }
  }
  return columns;
}

/** `'a' | 'b'`, or the name of such a union, is a string to the database. */
function asString(declaration: string): string {
  return declaration
    .replace(/(?:\| )?'[^']*'(?: \| '[^']*')*/, 'string')
    .replace(/\b(?!Generated|Nullable|Buffer|Time|Json|Stamped)[A-Z]\w*\b(?!<)/, (name) =>
      /^(?:Nullable|Stamped)?(?:Time|Json)/.test(name) ? name : 'string',
    )
    .replaceAll(/< | >/g, (bracket) => bracket.trim());
}

it('is what the tables of the database are', async () => {
  await using database = await testStore();
  const inDatabase = new Map(
    (await columnsOf(database.store)).map((column) => [
      `${column.table}.${column.name}`,
      expected(column),
    ]),
  );
  const inFile = declared(await readFile(new URL('./tables.ts', import.meta.url), 'utf8'));
  const simplified = new Map([...inFile].map(([name, type]) => [name, asString(type)]));
  expect(Object.fromEntries(simplified)).toEqual(Object.fromEntries(inDatabase));
});
