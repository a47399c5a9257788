import { connect } from './connect.ts';
import { dumpSchema, statementsOf } from './schema-dump.ts';

const HEADER = `-- What all migrations together make, to read and to compare.
-- Written by scripts/schema-sql.ts from a migrated database: run it, do not edit this.
`;

/** The text of `schema.sql`, from a migrated database. */
export async function schemaSql(url: string): Promise<string> {
  const client = await connect(url, 'suture schema');
  try {
    const statements = statementsOf(await dumpSchema(client, 'public'));
    return [HEADER, ...statements.map((statement) => `${statement};\n`)].join('\n');
  } finally {
    await client.end();
  }
}
