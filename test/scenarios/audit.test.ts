import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exportDatabase, signCheckpoint, verifyDatabase } from '../../src/cli/audit-database.ts';
import { verifyFile } from '../../src/cli/audit-file.ts';
import { describeCheck } from '../../src/cli/audit-report.ts';
import type { Store } from '../../src/store/database.ts';
import { recordDecisions } from '../../src/store/decisions.ts';
import type { Services } from '../../src/workflows/services.ts';
import { testStore } from '../support/database.ts';

const now = new Date('2026-11-02T08:00:00.000Z');

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'suture-audit-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function services(home: string): Services {
  const clock = { now: () => now };
  const tool = { name: 'suture', version: '0.1.0' };
  return { home, clock, tool, progress: () => {} } as unknown as Services;
}

async function decide(store: Store, count: number, minutes = 0): Promise<void> {
  const at = new Date(now.getTime() + minutes * 60_000);
  const drafts = Array.from({ length: count }, (_, index) => ({
    kind: 'change' as const,
    subject: { type: 'change' as const, id: `c${index}` },
    outcome: 'auto',
    because: 'tier 4',
    actor: { type: 'policy' as const, version: 1 },
    inputs: { index },
    factors: [],
    alternatives: [],
    versions: {},
    key: `${minutes}:${index}`,
  }));
  await recordDecisions(store, drafts, { now: at });
}

async function tamper(store: Store, statement: string): Promise<void> {
  await store.transaction().execute(async (transaction) => {
    await sql`set local session_replication_role = replica`.execute(transaction);
    await sql.raw(statement).execute(transaction);
  });
}

describe('the audit log', () => {
  it('is exported and verified where there is neither server nor key', async () => {
    await using database = await testStore();
    const [server, auditor] = [folder(), folder()];
    const output = join(server, 'audit.jsonl');
    await decide(database.store, 250);
    await exportDatabase(services(server), { format: 'jsonl', output, database: database.url });
    const check = await verifyFile(output, {}, auditor);
    expect(check).toMatchObject({
      intact: true,
      from: 1,
      decisions: 250,
      checkpoints: 1,
      keysFrom: 'the file itself',
    });
    expect(describeCheck(check)).toMatch(
      /^Intact: decisions 1 to 250, 1 checkpoints\.\n.*\n.*own word/,
    );

    const key = join(auditor, 'theirs.pem');
    copyFileSync(join(server, 'keys', 'signing.pub.pem'), key);
    expect(await verifyFile(output, { key }, auditor)).toMatchObject({
      intact: true,
      keysFrom: 'you',
    });
    expect(await verifyFile(output, {}, server)).toMatchObject({ keysFrom: 'this machine' });
  });

  it('in part begins where it says, and is verified from there', async () => {
    await using database = await testStore();
    const home = folder();
    await decide(database.store, 3);
    await decide(database.store, 4, 60);
    await decide(database.store, 5, 120);
    const output = join(home, 'part.jsonl');
    const range = { since: '2026-11-02T09:00', until: '2026-11-02T10:00:00Z' };
    await exportDatabase(services(home), {
      format: 'jsonl',
      output,
      database: database.url,
      ...range,
    });
    const check = await verifyFile(output, {}, home);
    expect(check).toMatchObject({ intact: true, from: 4, decisions: 4, head: { seq: 7 } });
    expect(describeCheck(check)).toContain('It begins at 4');
    const none = join(home, 'none.jsonl');
    await exportDatabase(services(home), {
      format: 'jsonl',
      output: none,
      database: database.url,
      since: '2027-01-01',
    });
    expect(await verifyFile(none, {}, home)).toMatchObject({ intact: true, decisions: 0 });
  });

  it('is verified whatever characters people use', async () => {
    await using database = await testStore();
    const home = folder();
    const output = join(home, 'audit.jsonl');
    const draft = {
      kind: 'vote' as const,
      subject: { type: 'change' as const, id: 'c1' },
      outcome: 'reject',
      because: 'No.\u2028Not like\u2029this.\u0085\r\n\u{1F600}\uFEFF',
      actor: { type: 'person' as const, userId: '1', name: 'Ann' },
      inputs: JSON.parse('{"__proto__": {"10": 1, "a": -0, "2": 1e21}, "big": 5e-324}') as Record<
        string,
        unknown
      >,
      factors: [],
      alternatives: [],
      versions: {},
      key: 'v1',
    };
    await recordDecisions(database.store, [draft], { now });
    await decide(database.store, 3, 1);
    await exportDatabase(services(home), { format: 'jsonl', output, database: database.url });
    expect(await verifyFile(output, {}, home)).toMatchObject({ intact: true, decisions: 4 });
    writeFileSync(output, readFileSync(output, 'utf8').replaceAll('\n', '\r\n'));
    expect(await verifyFile(output, {}, home)).toMatchObject({ intact: true, decisions: 4 });
  });

  it('that was changed in the file is found, with its line', async () => {
    await using database = await testStore();
    const home = folder();
    const output = join(home, 'audit.jsonl');
    await decide(database.store, 5);
    await exportDatabase(services(home), { format: 'jsonl', output, database: database.url });
    writeFileSync(output, readFileSync(output, 'utf8').replace('"index":2', '"index":7'));
    const check = await verifyFile(output, {}, home);
    expect(describeCheck(check)).toBe(
      'BROKEN at decision 3.\n  line 4: Decision 3 is not what was recorded: its content does not have its hash',
    );
  });

  it('that was changed in the database is found there, and in an export of it', async () => {
    await using database = await testStore();
    const home = folder();
    await decide(database.store, 5);
    const kept = await signCheckpoint(services(home), database.url);
    expect(await verifyDatabase(services(home), { database: database.url })).toMatchObject({
      intact: true,
      checkpoints: 1,
      lastCheckpoint: kept,
    });
    await tamper(
      database.store,
      `delete from decision where seq = 5; delete from decision_checkpoint`,
    );
    expect(await verifyDatabase(services(home), { database: database.url })).toMatchObject({
      intact: true,
    });
    const checkpoint = join(home, 'kept.json');
    writeFileSync(checkpoint, `${JSON.stringify(kept)}\n`);
    const check = await verifyDatabase(services(home), { database: database.url, checkpoint });
    expect(describeCheck(check)).toMatch(
      /^BROKEN at decision 5\.\n {2}Decision 5 is missing at the end/,
    );

    await tamper(
      database.store,
      `update decision set record = jsonb_set(record, '{because}', '"x"') where seq = 2`,
    );
    const output = join(home, 'audit.jsonl');
    await exportDatabase(services(home), { format: 'jsonl', output, database: database.url });
    expect((await verifyFile(output, {}, home)).faults[0]).toMatchObject({
      seq: 2,
      line: 3,
      what: 'altered',
    });
  });

  it('of somebody else is not taken for ours', async () => {
    await using database = await testStore();
    const [ours, theirs] = [folder(), folder()];
    await decide(database.store, 5);
    await signCheckpoint(services(ours), database.url);
    const output = join(theirs, 'audit.jsonl');
    await decide(database.store, 1, 1);
    await exportDatabase(services(theirs), { format: 'jsonl', output, database: database.url });
    const key = join(ours, 'keys', 'signing.pub.pem');
    const check = await verifyFile(output, { key }, ours);
    expect(check.faults).toMatchObject([{ seq: 6, what: 'unknown-key' }]);
  });

  it('is exported for a SIEM, a line an event', async () => {
    await using database = await testStore();
    const home = folder();
    await decide(database.store, 3);
    const output = join(home, 'audit.ocsf');
    await exportDatabase(services(home), { format: 'ocsf', output, database: database.url });
    const events = readFileSync(output, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(events).toMatchObject(
      [1, 2, 3].map((sequence) => ({ class_uid: 7001, metadata: { sequence } })),
    );
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'a file that is not there',
      async () => await verifyFile('/nowhere/x', {}, '/nowhere'),
      'file-unreadable',
    ],
    [
      'a key that is none',
      async () => await verifyFile(import.meta.filename, { key: import.meta.filename }, '/nowhere'),
      'key-unreadable',
    ],
    [
      'a checkpoint that is none',
      async () =>
        await verifyFile(import.meta.filename, { checkpoint: import.meta.filename }, '/nowhere'),
      'checkpoint-invalid',
    ],
    [
      'an export that is none',
      async () => await verifyFile(import.meta.filename, {}, '/nowhere'),
      'export-invalid',
    ],
    [
      'a time that is none',
      async () => await exportDatabase(services('/nowhere'), { format: 'jsonl', since: 'monday' }),
      'time-invalid',
    ],
  ])('says what is wrong with %s', async (_, work, code) => {
    await expect(work()).rejects.toMatchObject({ code });
  });
});
