import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { exec } from '../../src/platform/exec.ts';
import { changesOf } from '../../src/store/changes.ts';
import type { Store } from '../../src/store/database.ts';

/** What has to hold when every repository has come to verified closed by itself: each thing once. */
export async function violationsIn(store: Store, changes: number): Promise<readonly string[]> {
  return [
    ...(await counts(store, changes)),
    ...(await repositories(store)),
    ...(await chain(store)),
  ];
}

const NOTHING_ELSE = 0;

async function counts(store: Store, changes: number): Promise<readonly string[]> {
  const laws: readonly (readonly [string, number, ReturnType<typeof sql<{ n: number }>>])[] = [
    [
      'changes that are closed',
      changes,
      sql`select count(*)::int as n from change where state = 'closed'`,
    ],
    [
      'changes that are not',
      NOTHING_ELSE,
      sql`select count(*)::int as n from change where state <> 'closed'`,
    ],
    [
      'remediations that are done',
      changes,
      sql`select count(*)::int as n from remediation where state = 'done'`,
    ],
    [
      'remediations that are not',
      NOTHING_ELSE,
      sql`select count(*)::int as n from remediation where state <> 'done'`,
    ],
    [
      'scans that did not end well',
      NOTHING_ELSE,
      sql`select count(*)::int as n from scan where state <> 'done'`,
    ],
    [
      'decisions of policy',
      changes,
      sql`select count(*)::int as n from decision where kind = 'change' and outcome = 'auto'`,
    ],
    [
      'hand-overs in the log',
      changes,
      sql`select count(*)::int as n from decision where kind = 'hand-over'`,
    ],
    [
      'closures in the log',
      changes,
      sql`select count(*)::int as n from decision where kind = 'closure' and outcome = 'closed'`,
    ],
    [
      'other decisions',
      NOTHING_ELSE,
      sql`select count(*)::int as n from decision where kind not in ('change', 'hand-over', 'closure')`,
    ],
    [
      'things told of new findings',
      changes,
      sql`select count(*)::int as n from notification where kind = 'new-act-findings'`,
    ],
    [
      'things told of hand-overs',
      changes,
      sql`select count(*)::int as n from notification where kind = 'change-handed-over'`,
    ],
    [
      'things told of closures',
      changes,
      sql`select count(*)::int as n from notification where kind = 'change-closed'`,
    ],
    [
      'other things told',
      NOTHING_ELSE,
      sql`select count(*)::int as n from notification where kind not in ('new-act-findings', 'change-handed-over', 'change-closed')`,
    ],
    ['outcomes', changes, sql`select count(*)::int as n from outcome where result = 'held'`],
    [
      'findings',
      changes,
      sql`select count(*)::int as n from finding where state = 'verified-closed'`,
    ],
    ['steps in findings’ lives', 4 * changes, sql`select count(*)::int as n from finding_event`],
    [
      'workflows that failed',
      NOTHING_ELSE,
      sql`select count(*)::int as n from dbos.workflow_status where status <> 'SUCCESS'`,
    ],
  ];
  const broken: string[] = [];
  for (const [what, wanted, query] of laws) {
    const { rows } = await query.execute(store);
    const found = rows[0]?.n ?? 0;
    if (found !== wanted) broken.push(`${found} ${what} instead of ${wanted}`);
  }
  return broken;
}

/** Every repository has its change on `main`, once, signed for as it is there, and nothing else. */
async function repositories(store: Store): Promise<readonly string[]> {
  const broken: string[] = [];
  const assets = await store.selectFrom('asset').select(['id', 'name', 'location']).execute();
  const runs = await store.selectFrom('remediation').select(['id', 'asset_id']).execute();
  for (const { id, name, location } of assets) {
    const git = async (...args: string[]) =>
      (await exec(['git', ...args], { cwd: location ?? '' })).stdout.trim();
    const own = runs.filter(({ asset_id }) => asset_id === id);
    const changes = (await Promise.all(own.map((run) => changesOf(store, run.id)))).flat();
    const main = await git('rev-parse', 'main');
    if (changes[0]?.commit !== main) broken.push(`${name}: main is not at the change`);
    if ((await git('rev-list', '--count', 'main')) !== '2') broken.push(`${name}: other commits`);
    if ((await git('branch', '--list')) !== '* main') broken.push(`${name}: other branches`);
    for (const { id: change } of changes) {
      const row = await store
        .selectFrom('change')
        .select(['evidence', 'evidence_sha256'])
        .where('id', '=', change)
        .executeTakeFirstOrThrow();
      const { payload } = row.evidence as { readonly payload: string };
      const bytes = Buffer.from(payload, 'base64');
      const digest = createHash('sha256').update(bytes).digest('hex');
      if (digest !== row.evidence_sha256) broken.push(`${name}: evidence has another digest`);
      if (!bytes.toString().includes(main)) broken.push(`${name}: evidence is of another commit`);
    }
  }
  return broken;
}

/** The log has no gap and no link twice. */
async function chain(store: Store): Promise<readonly string[]> {
  const rows = await store
    .selectFrom('decision')
    .select(['seq', 'previous_hash', 'hash'])
    .orderBy('seq')
    .execute();
  const breaks = rows.filter((row, position) => {
    const before = rows[position - 1];
    return (
      Number(row.seq) !== position + 1 || row.previous_hash !== (before?.hash ?? '0'.repeat(64))
    );
  });
  return breaks.map(({ seq }) => `the log is broken at ${seq}`);
}
