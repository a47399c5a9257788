import { createHmac } from 'node:crypto';
import { chmod, cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import type { changeRowSchema, runSchemaRow } from '../../src/api/contract/changes.ts';
import type { decisionRowSchema, decisionSchema } from '../../src/api/contract/decisions.ts';
import { startPostgres } from '../../src/platform/postgres/server.ts';
import { closeStore, openStore } from '../../src/store/database.ts';
import { noBrowser, openBrowser } from '../support/browser.ts';
import { type CliWorld, cliWorld, EXAMPLE_FEEDS, STOREFRONT } from '../support/cli.ts';
import { invite, signIn, type Visitor, visitor } from '../support/people-at-the-page.ts';
import { missing } from '../support/small-repository.ts';
import { startUp, type Up } from '../support/up.ts';

// The whole control plane as three people meet it, on an empty machine, with the real thing in every
// place: the command, its worker and database, a browser each, the bundled shop and feeds, the
// registry. One story: each part goes on where the one before it ended.

const absent = (await missing()) ?? noBrowser;
const reason = absent === undefined ? '' : ` (skipped: ${absent})`;

/** A remediation of the shop takes a minute on two idle cores; others may be at work here, too. */
const LONG = { timeout: 600_000, interval: 250 };
const SOON = { timeout: 60_000, interval: 100 };
const FINDINGS = 55;

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}
type Change = z.infer<typeof changeRowSchema>;
type Decision = z.infer<typeof decisionSchema>;

describe.skipIf(absent !== undefined)(`the control plane${reason}`, { timeout: 620_000 }, () => {
  let world: CliWorld;
  let shop: string;
  let up: Up;
  let browser: Browser;
  let admin: Visitor;
  let approver: Visitor;
  let viewer: Visitor;

  beforeAll(async () => {
    world = await cliWorld();
    // As root the database runs as somebody else, who must get there.
    await chmod(world.root, 0o711);
    shop = join(world.root, 'storefront');
    await cp(STOREFRONT, shop, {
      recursive: true,
      filter: (path) => !path.endsWith('node_modules'),
    });
    await world.git(shop, 'init', '-q', '-b', 'main');
    await world.git(shop, 'add', '-A', '-f');
    await world.git(shop, 'commit', '-q', '-m', 'The shop');
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await up?.stop();
    await world?.[Symbol.asyncDispose]();
  });

  const env = { SUTURE_FEEDS: EXAMPLE_FEEDS };
  const changes = async () => (await admin.api<Page<Change>>('/changes')).items;
  const runs = async (kind: string) =>
    (await admin.api<Page<z.infer<typeof runSchemaRow>>>(`/runs?kind=${kind}`)).items;
  const findingsThatAre = async (state: string) => {
    const { total } = await admin.api<{ total: { value: number } }>(`/findings?state=${state}`);
    return total.value;
  };

  it('is up on an empty machine, and lets the first administrator in, once', async () => {
    up = await startUp(world.home, { env });
    process.stdout.write(`The page answered ${up.readyMs} ms after the command was started.\n`);
    const link = up.firstSignIn ?? '';
    expect(link).toMatch(/#token=sto_/);

    admin = await visitor(browser, up.address);
    await signIn(admin, link);
    await admin.page.getByText('Nothing is watched yet').waitFor();

    const late = await visitor(browser, up.address);
    await late.page.goto(link);
    await late.page.getByRole('button', { name: 'Sign in' }).click();
    await late.page.getByRole('alert').waitFor();
    expect(new URL(late.page.url()).pathname).toBe('/sign-in');
    await late.context.close();
  });

  it('takes in whom an administrator invites', async () => {
    approver = await visitor(browser, up.address);
    await signIn(approver, await invite(admin, 'Ann Approver', /^Approver/));
    viewer = await visitor(browser, up.address);
    await signIn(viewer, await invite(admin, 'Vic Viewer', /^Viewer/));
    const who = await Promise.all(
      [admin, approver, viewer].map((each) => each.api<{ roles: readonly string[] }>('/session')),
    );
    expect(who.map(({ roles }) => roles)).toEqual([['admin'], ['viewer', 'approver'], ['viewer']]);
  });

  it('watches a repository that is registered on the page', async () => {
    // What comes of it is to show up here by itself.
    await approver.page.goto('/changes');
    await approver.page.evaluate(() => Object.assign(globalThis, { stillTheSamePage: true }));

    const { page } = admin;
    await page.goto('/assets?register=repository');
    await page.getByLabel('Path or git address').fill(shop);
    await page.getByRole('button', { name: 'Register and scan' }).click();
    await page.getByRole('heading', { name: 'storefront', level: 1 }).waitFor();
    await vi.waitFor(async () => expect(await findingsThatAre('in-progress')).toBe(FINDINGS), LONG);
  });

  it('goes on where it was when everything is killed at once', async () => {
    await vi.waitFor(async () => {
      const [run] = await runs('remediation');
      expect(run).toMatchObject({ state: 'running', stage: 'plan' });
    }, LONG);
    await up.killEverything();
    up = await startUp(world.home, { port: Number(new URL(up.address).port), env });
    expect(up.firstSignIn).toBeUndefined();
    await approver.page.getByRole('status').getByText('Live', { exact: true }).waitFor(SOON);
    expect(await findingsThatAre('in-progress')).toBe(FINDINGS);
  });

  it('brings proven changes before the people who are asked, without being asked to', async () => {
    // Of two, one is made on the other; people are asked about both at once.
    await approver.page.getByText('Awaits you').nth(1).waitFor(LONG);
    expect(await approver.page.evaluate(() => 'stillTheSamePage' in globalThis)).toBe(true);
    // Nothing was done twice.
    expect(await runs('remediation')).toHaveLength(1);
    const made = await changes();
    expect(made).toHaveLength(2);
    expect(made.map(({ closes }) => closes).reduce((sum, n) => sum + n)).toBe(FINDINGS);
    expect(made.every(({ verdict }) => verdict === 'proven')).toBe(true);
    // Nor is anything in the repository before people agreed.
    expect(await world.git(shop, 'branch', '--list')).toBe('* main');
  });

  it('shows of a change what it is, its proof, how sure it is, and what policy says', async () => {
    const { page } = approver;
    const first = await theOneThatAwaits();
    await page.getByText(first.title).click();
    await page.getByRole('heading', { name: first.title, level: 1 }).waitFor();

    const diff = card('What changes');
    await diff.getByText('package.json', { exact: true }).waitFor();
    expect(await diff.innerText()).toMatch(/"express"|"lodash"|"multer"/);
    const evidence = await card('Evidence').innerText();
    expect(evidence).toMatch(/Before\s+After/);
    expect(evidence).toMatch(/Tests\s+61 passed\s+61 passed/);
    expect(evidence).toMatch(/prototype-pollution\s+succeeds\s+Output\s+fails/);
    expect(evidence).toMatch(`${first.closes} findings gone, nothing new`);
    const confidence = card('Confidence');
    expect(await confidence.innerText()).toMatch(/\d\d%\s+Between \d+% and \d+%/);
    expect(await confidence.getByRole('listitem').count()).toBeGreaterThan(1);
    const policy = card('What policy says');
    await policy.getByRole('list', { name: 'Alternatives' }).waitFor();
    expect(await policy.innerText()).toMatch(/Approve.*people are asked/s);
    await card('Signed evidence').getByText('The signature holds').waitFor();
  });

  it('is worth nothing to whom a link for approvers was not meant', async () => {
    const link = approver.page.url();
    const path = `/api/v1${new URL(link).pathname}/votes`;
    const vote = { data: { verdict: 'approve', reason: '', avoid: [] } };
    await viewer.page.goto(link);
    await viewer.page.getByText(/None of your roles may approve/).waitFor();
    expect(await viewer.page.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0);
    // Nor by going round the page.
    expect((await viewer.context.request.post(path, vote)).status()).toBe(403);

    const stranger = await visitor(browser, up.address);
    await stranger.page.goto(link);
    await stranger.page.waitForURL((url) => url.pathname === '/sign-in');
    expect((await stranger.context.request.post(path, vote)).status()).toBe(401);
    await stranger.context.close();
    expect((await changes()).map(({ state }) => state)).not.toContain('handed-over');
  });

  it('hands over what the approver agrees to in the browser, and what is stacked after it', async () => {
    const made = await changes();
    // What is least sure is a change of its own, made on the rest.
    const [stacked, first] = made.toSorted((a, b) => a.confidence - b.confidence);
    await approve(stacked);
    // Agreed on, and yet it cannot be in before the other.
    await approver.page.getByText('Scheduled', { exact: true }).first().waitFor(SOON);
    expect(await world.git(shop, 'branch', '--list')).toBe('* main');

    await approve(first);
    await approver.page.getByText('Handed over', { exact: true }).first().waitFor(SOON);
    await vi.waitFor(async () => {
      expect((await changes()).map(({ state }) => state)).toEqual(['handed-over', 'handed-over']);
    }, SOON);
    expect(await branches()).toHaveLength(2);
    expect(await findingsThatAre('patched')).toBe(FINDINGS);
  });

  it('calls findings closed when they are merged and gone, not before', async () => {
    for (const branch of await branches()) {
      await world.git(shop, 'merge', '-q', '--no-ff', '-m', `Merge ${branch}`, branch);
    }
    await pushed();
    await vi.waitFor(async () => {
      expect((await changes()).map(({ state }) => state)).toEqual(['closed', 'closed']);
    }, SOON);
    expect(await findingsThatAre('verified-closed')).toBe(FINDINGS);
    await admin.page.goto('/findings?state=verified-closed');
    await admin.page.getByText(`${FINDINGS} findings`).waitFor();
    expect((await runs('remediation')).map(({ state }) => state)).toEqual(['done']);
  });

  it('explains every decision', async () => {
    const { items } =
      await admin.api<Page<z.infer<typeof decisionRowSchema>>>('/decisions?limit=200');
    expect(items.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual(
      expect.arrayContaining([
        'change approve',
        'vote approve',
        'hand-over branch',
        'closure closed',
      ]),
    );
    for (const { seq } of items) {
      const decision = await admin.api<Decision>(`/decisions/${seq}`);
      expect(decision).toMatchObject({ because: expect.stringMatching(/\w/) });
      expect(Object.keys(decision.inputs)).not.toEqual([]);
      expect(decision.alternatives).not.toEqual([]);
      await admin.page.goto(`/decisions/${seq}`);
      const why = await cardOf(admin, 'Why').innerText();
      expect(why).toContain(decision.because);
      expect(why).toContain('What else it could have been');
    }
  });

  it('proves its log, and names the decision that somebody altered behind its back', async () => {
    const file = join(world.root, 'audit.jsonl');
    const intact = async (...source: string[]) => {
      const { exitCode, stdout } = await world.suture(['audit', 'verify', ...source]);
      return { exitCode, first: stdout.split('\n')[0] };
    };
    expect(await world.suture(['audit', 'export', '--output', file])).toMatchObject({
      exitCode: 0,
    });
    expect(await intact(file)).toMatchObject({
      exitCode: 0,
      first: expect.stringMatching(/^Intact/),
    });
    expect(await intact()).toMatchObject({ exitCode: 0, first: expect.stringMatching(/^Intact/) });

    const vote = (await admin.api<Page<Decision>>('/decisions?kind=vote')).items[0]?.seq ?? 0;
    await alter(vote);
    const broken = { exitCode: 1, first: `BROKEN at decision ${vote}.` };
    expect(await intact()).toEqual(broken);
    await world.suture(['audit', 'export', '--output', `${file}.2`]);
    expect(await intact(`${file}.2`)).toEqual(broken);
    await admin.page.goto('/decisions');
    await admin.page.getByRole('button', { name: 'Verify' }).click();
    await admin.page
      .getByText(new RegExp(`decision ${vote}\\b`, 'i'))
      .first()
      .waitFor();
  });

  const cardOf = ({ page }: Visitor, title: string) =>
    page.getByRole('region', { name: title, exact: true });
  const card = (title: string) => cardOf(approver, title);

  /** Those that Suture left in the shop, the first one first. */
  async function branches(): Promise<readonly string[]> {
    const format = '--format=%(refname:short)';
    const list = ['branch', format, '--sort=committerdate', '--list', 'suture/*'];
    return (await world.git(shop, ...list)).split('\n');
  }

  async function approve(change: Change | undefined): Promise<void> {
    const { page } = approver;
    await page.goto(`/changes/${change?.id}`);
    await page.getByRole('heading', { name: change?.title ?? '', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
  }

  async function theOneThatAwaits(): Promise<Change> {
    return await vi.waitFor(async () => {
      const found = (await approver.api<Page<Change>>('/changes')).items.findLast(
        ({ needsMe }) => needsMe,
      );
      if (found === undefined) throw new Error('no change awaits the approver');
      return found;
    }, SOON);
  }

  /** Tells of a push as a forge does. */
  async function pushed(): Promise<void> {
    const [asset] = (await admin.api<Page<{ id: string }>>('/assets')).items;
    const secret = (await readFile(join(world.home, 'keys/webhook.secret'), 'utf8')).trim();
    const body = JSON.stringify({ ref: 'refs/heads/main' });
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const answer = await fetch(`${up.address}/hooks/push/${asset?.id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
      body,
    });
    expect(answer.status).toBe(202);
  }

  /** What somebody who has got hold of the database can do to it. */
  async function alter(seq: number): Promise<void> {
    const server = await startPostgres({ home: world.home });
    const store = openStore(server.url, { poolSize: 1 });
    await sql`alter table decision disable trigger user`.execute(store);
    await sql`update decision set record = jsonb_set(record, '{because}', '"I did not"') where seq = ${seq}`.execute(
      store,
    );
    await sql`alter table decision enable trigger user`.execute(store);
    await closeStore(store);
    await server.stop();
  }
});
