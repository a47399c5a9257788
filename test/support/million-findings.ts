/**
 * Findings by the million, as skewed as real fleets are: a few packages and advisories are
 * everywhere, most are rare; some assets have thousands of findings, many have a handful; what is
 * bad is rarer than what is not; much is closed.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { connect } from '../../src/store/connect.ts';
import type { Store } from '../../src/store/database.ts';
import { foldFindingDeltas } from '../../src/store/finding-deltas.ts';
import { type MadeVulnerability, makeFindings, makeVulnerabilities } from './made-fleet.ts';
import { type Random, random } from './random.ts';

export interface MillionOptions {
  /** Default 1,000,000; what is made is within a few percent of it. */
  readonly findings?: number;
  readonly assets?: number;
  readonly seed?: number;
  /** ISO 8601; what is "today" in the data. */
  readonly now?: string;
}

/** Assets whose findings go in with one COPY. */
const BATCH = 250;

/** Fills an empty, migrated database. Returns how many findings there are. */
export async function seedMillion(
  database: { readonly store: Store; readonly url: string },
  options: MillionOptions = {},
): Promise<number> {
  const {
    findings = 1_000_000,
    assets = 10_000,
    seed = 1,
    now = new Date().toISOString(),
  } = options;
  const chance = random(seed);
  const client = await connect(database.url, 'suture seed');
  try {
    // Nothing of it is worth a flush to the disk.
    await client.query('set synchronous_commit = off');
    const vulnerabilities = makeVulnerabilities(
      chance,
      Math.max(1_000, Math.round(findings / 250)),
    );
    await copyVulnerabilities(client, vulnerabilities);
    const sizes = assetSizes(chance, assets, findings, vulnerabilities.length / 3);
    const today = new Date(now);
    let made = 0;
    for (let first = 0; first < assets; first += BATCH) {
      const ids = await copyAssets(client, chance, first, Math.min(first + BATCH, assets));
      const rows = ids.flatMap(({ id, environment }, index) =>
        makeFindings(chance, vulnerabilities, {
          asset: id,
          environment,
          count: sizes[first + index] ?? 0,
          today,
        }),
      );
      await copy(
        client,
        'finding',
        rows.map(({ finding }) => finding),
      );
      await copy(
        client,
        'finding_detail',
        rows.map(({ detail }) => detail),
      );
      await copy(
        client,
        'finding_event',
        rows.flatMap(({ events }) => events),
      );
      made += rows.length;
    }
    await foldFindingDeltas(database.store);
    // As autovacuum would have it after a while: statistics, and pages known to be visible to all.
    await client.query('vacuum analyze');
    return made;
  } finally {
    await client.end();
  }
}

/** How many findings each asset has: log-normal, with the sum that is wanted. */
function assetSizes(chance: Random, assets: number, findings: number, most: number): number[] {
  const weights = Array.from({ length: assets }, () => Math.exp(chance.normal() * 1.1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => Math.min(Math.round((weight / sum) * findings), Math.floor(most)));
}

async function copyVulnerabilities(
  client: pg.Client,
  vulnerabilities: readonly MadeVulnerability[],
): Promise<void> {
  await copy(
    client,
    'vulnerability',
    vulnerabilities.map(({ row }) => row),
  );
  const { rows } = await client.query<{ id: number }>('select id from vulnerability order by id');
  for (const [index, { id }] of rows.entries()) vulnerabilities[index]!.id = id;
}

const WORDS = ['shop', 'billing', 'ledger', 'search', 'mail', 'auth', 'portal', 'report', 'stock'];

async function copyAssets(client: pg.Client, chance: Random, first: number, end: number) {
  const rows = Array.from({ length: end - first }, (_, index) => ({
    identity: `asset:${first + index}`,
    kind: 'repository',
    name: `${WORDS[chance.below(WORDS.length)]}-${first + index}`,
    location: `https://git.example/${first + index}.git`,
    environment: chance.weighted({ production: 45, staging: 20, test: 15, development: 20 }),
    criticality: String(1 + chance.below(4)),
  }));
  await copy(client, 'asset', rows);
  const { rows: assets } = await client.query<{ id: string; environment: string }>(
    'select id, environment from asset order by id desc limit $1',
    [end - first],
  );
  return assets.toReversed();
}

/** Copies rows that all have the same columns. */
async function copy(
  client: pg.Client,
  table: string,
  rows: readonly Readonly<Record<string, string | null>>[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0]!);
  const into = client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`));
  await pipeline(Readable.from(chunks(rows)), into);
}

function* chunks(rows: readonly Readonly<Record<string, string | null>>[]) {
  const size = 500;
  for (let at = 0; at < rows.length; at += size) {
    yield rows
      .slice(at, at + size)
      .map((row) => `${Object.values(row).map(field).join('\t')}\n`)
      .join('');
  }
}

function field(value: string | null): string {
  return value === null ? '\\N' : value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
