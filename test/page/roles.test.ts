import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyFile } from '../../src/cli/audit-file.ts';
import { approval, votesOn } from '../../src/store/approvals.ts';
import { activePolicy } from '../../src/store/policies-read.ts';
import { pauseState } from '../../src/store/settings.ts';
import type { User } from '../../src/store/users.ts';
import { accessibilityProblems, noBrowser } from '../support/browser.ts';
import { type PageServer, pageServer, type Visit } from '../support/page-server.ts';
import { storefront, waitingChange } from '../support/page-world.ts';

// What each role sees and does in a real browser, against the real server and database.

/** On a machine that has nothing else to do each takes seconds. */
const LONG = { timeout: 120_000 };

let server: PageServer;
let assetId = '';
let approver: User;
const visits: Visit[] = [];

beforeAll(async () => {
  if (noBrowser !== undefined) return;
  server = await pageServer();
  approver = await server.person('Grace', ['approver']);
  assetId = await storefront(server.store);
  for (const id of ['agreed', 'refused', 'asked-again']) {
    await waitingChange(server.store, assetId, id);
  }
});
afterAll(() => server?.[Symbol.asyncDispose]());

async function visit(...args: Parameters<PageServer['visit']>): Promise<Page> {
  const made = await server.visit(...args);
  visits.push(made);
  return made.page;
}

/** The page has come to rest, and everybody can use it. */
async function isAccessible(page: Page): Promise<void> {
  await page.locator('.skeleton, .progress').first().waitFor({ state: 'detached' });
  const problems = await accessibilityProblems(page);
  expect({ url: page.url(), problems }).toEqual({ url: page.url(), problems: [] });
}

/** Asks as the page itself would, with its cookie and from its origin. */
async function ask(page: Page, method: string, path: string, body?: object): Promise<number> {
  const init = {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  };
  return await page.evaluate(
    `fetch('/api/v1${path}', ${JSON.stringify(init)}).then((answer) => answer.status)`,
  );
}

const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name });
const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, ...(typeof name === 'string' && { exact: true }) });
const told = (page: Page, text: string | RegExp) =>
  page.locator('.toast').getByText(text).first().waitFor();

/** Presses Tab until the element with this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let step = 0; step < 80; step += 1) {
    if ((await page.locator(':focus').allTextContents())[0]?.trim() === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach “${name}”`);
}

describe.skipIf(noBrowser !== undefined)(`the page (skipped: ${noBrowser ?? 'no'})`, LONG, () => {
  it('leads who is not signed in to the sign-in, and keeps where they wanted to go', async () => {
    const page = await visit(undefined, { path: '/findings?band=act' });
    await heading(page, 'Sign in').waitFor();
    await isAccessible(page);
    await page.getByLabel('One-time token').fill('sto_nobody-ever-made-this-one');
    await button(page, 'Sign in').click();
    await page
      .getByRole('alert')
      .getByText(/unknown, used or past its end/)
      .waitFor();
    expect(new URL(page.url()).searchParams.get('next')).toBe('/findings?band=act');
  });

  it('shows a viewer everything, and lets them change nothing', async () => {
    const viewer = await server.person('Vic', ['viewer']);
    const page = await visit(viewer, { path: '/findings' });
    await page.getByRole('link', { name: /^lodash/ }).waitFor();
    await isAccessible(page);
    await page.getByRole('link', { name: /^lodash/ }).click();
    await heading(page, /lodash/).waitFor();
    await isAccessible(page);
    expect(await page.getByRole('button', { name: /Accept|Remediate/ }).count()).toBe(0);

    await page.goto('/changes/agreed');
    await page.getByText(/None of your roles may approve/).waitFor();
    await isAccessible(page);
    expect(await page.getByRole('button', { name: /^(Approve|Reject|Ask for)/ }).count()).toBe(0);
    const vote = { verdict: 'approve', reason: '', avoid: [] };
    expect(await ask(page, 'POST', '/changes/agreed/votes', vote)).toBe(403);
    expect(await ask(page, 'GET', '/decisions/export')).toBe(403);
    expect(await votesOn(server.store, 'agreed')).toEqual([]);

    await page.goto('/settings?part=channels');
    await page.getByText(/It takes the role admin; you have viewer/).waitFor();
    await page.goto('/settings');
    expect(await button(page, /^Pause everything/).getAttribute('aria-disabled')).toBe('true');
    await isAccessible(page);
  });

  it('lets an operator register an asset, pause everything and go on', async () => {
    const operator = await server.person('Olga', ['operator']);
    const page = await visit(operator, { path: '/assets' });
    await page.getByRole('link', { name: 'storefront' }).waitFor();
    await isAccessible(page);
    await button(page, 'Register').click();
    const dialog = page.getByRole('dialog');
    await isAccessible(page);
    await button(page, 'Register and scan').click();
    await dialog.getByText('Say where it is.').waitFor();
    await dialog.getByLabel('Path or git address').fill('https://git.example.com/billing.git');
    await button(page, 'Register and scan').click();
    await heading(page, 'billing').waitFor();
    await told(page, /its first scan has started/);
    const scan = await server.store
      .selectFrom('scan')
      .innerJoin('asset', 'asset.id', 'scan.asset_id')
      .select(['scan.trigger', 'scan.state', 'requested_by'])
      .where('asset.name', '=', 'billing')
      .executeTakeFirst();
    expect(scan).toEqual({ trigger: 'registered', state: 'queued', requested_by: operator.id });
    await isAccessible(page);

    await page.goto('/settings');
    await button(page, 'Pause everything…').click();
    await button(page, 'Pause everything').click();
    await page.getByText('Say why.').waitFor();
    await page.getByLabel('Reason').fill('The forge is being moved');
    await button(page, 'Pause everything').click();
    await page
      .locator('.pause-banner')
      .getByText(/The forge is being moved \(Olga\)/)
      .waitFor();
    expect(await pauseState(server.store)).toMatchObject({ paused: true });
    await isAccessible(page);
    await button(page, 'Go on…').click();
    await page.getByLabel('Reason').fill('It is there again');
    await button(page, 'Go on').click();
    await page.locator('.pause-banner').waitFor({ state: 'detached' });
    expect(await pauseState(server.store)).toMatchObject({ paused: false });
  });

  it('lets an approver agree from the keyboard alone', async () => {
    const page = await visit(approver, { path: '/' });
    await page.getByText('Upgrade package-agreed').first().waitFor();
    await isAccessible(page);
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByRole('link', { name: 'Upgrade package-agreed' }).waitFor();
    await isAccessible(page);
    for (let row = 0; row < 3; row += 1) {
      await page.keyboard.press('j');
      if ((await page.locator(':focus').textContent()) === 'Upgrade package-agreed') break;
    }
    await page.keyboard.press('Enter');
    await heading(page, 'Upgrade package-agreed').waitFor();
    await isAccessible(page);
    await tabTo(page, 'Approve');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    // The reason has the focus.
    await page.keyboard.type('Read the changelog');
    await isAccessible(page);
    await tabTo(page, 'Approve');
    await page.keyboard.press('Enter');
    await told(page, 'Approved.');
    expect(await approval(server.store, 'agreed')).toMatchObject({ state: 'approved' });
    expect(await votesOn(server.store, 'agreed')).toMatchObject([
      { by: approver.id, verdict: 'approve', reason: 'Read the changelog' },
    ]);
  });

  it('lets an approver refuse, and ask for another change, with a reason', async () => {
    const page = await visit(approver, { path: '/changes/refused' });
    await button(page, 'Reject…').click();
    await button(page, 'Reject').click();
    await page.getByText('Say why.').waitFor();
    await page.getByLabel('Reason').fill('It breaks the checkout');
    await button(page, 'Reject').click();
    await told(page, /^Rejected/);
    expect(await approval(server.store, 'refused')).toMatchObject({ state: 'rejected' });

    await page.goto('/changes/asked-again');
    await button(page, 'Ask for changes…').click();
    await page.getByRole('checkbox', { name: 'package-asked-again' }).check();
    await page.getByLabel('Reason').fill('Leave this one alone');
    await button(page, 'Ask for changes').click();
    await told(page, /^Asked for/);
    expect(await votesOn(server.store, 'asked-again')).toMatchObject([
      { verdict: 'request-changes', avoid: ['package-asked-again'] },
    ]);
  });

  it('lets an auditor verify the log, take it along, and see who may do what', async () => {
    const auditor = await server.person('Aud', ['auditor']);
    const page = await visit(auditor, { path: '/decisions' });
    await page.getByRole('link').getByText(/vote/i).first().waitFor();
    await isAccessible(page);
    await button(page, 'Verify').click();
    await page.getByRole('dialog').getByText('Intact').waitFor();
    await isAccessible(page);
    await button(page, 'Close').click();
    await button(page, 'Export').click();
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download JSON lines' }).click();
    const file = await (await coming).path();
    expect(await readFile(file, 'utf8')).toContain('Read the changelog');
    expect(await verifyFile(file, {}, server.elsewhere)).toMatchObject({ intact: true });
    await button(page, 'Close').click();

    await page.goto('/settings?part=people');
    await page.getByText('Grace').waitFor();
    await page.getByText(/To change what people may do takes the role admin/).waitFor();
    expect(await page.getByRole('link', { name: 'Invite' }).count()).toBe(0);
    await isAccessible(page);
  });

  it('lets an admin invite somebody, who comes in by the link, once, until locked out', async () => {
    const admin = await server.person('Ada', ['admin']);
    const page = await visit(admin, { path: '/settings?part=people' });
    await page.getByRole('link', { name: 'Invite' }).click();
    await page.getByLabel('Name').fill('Alan');
    await page.getByRole('checkbox', { name: /^Operator/ }).check();
    await isAccessible(page);
    await button(page, 'Make the link').click();
    const link = await page.getByRole('dialog').locator('code').first().textContent();
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in#token=sto_/);
    await isAccessible(page);

    const alan = await visit(undefined, { path: link ?? '' });
    await button(alan, 'Sign in').click();
    await heading(alan, 'Overview').waitFor();
    await alan.goto('/settings?part=you');
    await alan.getByText('Alan', { exact: true }).waitFor();
    await isAccessible(alan);
    const other = await visit(undefined, { path: link ?? '' });
    await button(other, 'Sign in').click();
    await other.getByText(/unknown, used or past its end/).waitFor();

    await button(page, 'Done').click();
    await page.getByRole('link', { name: 'Alan' }).click();
    await isAccessible(page);
    await button(page, 'Disable…').click();
    await button(page, 'Disable').click();
    await told(page, 'Alan is locked out.');
    await alan.getByRole('link', { name: 'Findings', exact: true }).click();
    await heading(alan, 'Sign in').waitFor();
  });

  it('lets an admin write a policy that somebody else agrees to, and put it into force', async () => {
    const admin = await server.person('Ida', ['admin']);
    const page = await visit(admin, { path: '/policy' });
    const editor = page.getByRole('textbox', { name: /^Policy/ });
    await editor.click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('otherwise: yolo\n');
    await page.locator('button[aria-disabled]', { hasText: 'Save draft…' }).waitFor();
    await isAccessible(page);
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.type('# Agreed by the platform team\n');
    await page.locator('button:not([aria-disabled])', { hasText: 'Save draft…' }).click();
    await page.getByLabel('Reason').fill('Say who agreed');
    await button(page, 'Save draft').click();
    await page.waitForURL(/version=2/);
    await isAccessible(page);

    const reviewer = await visit(approver, { path: '/policy?version=2' });
    await button(reviewer, 'Review…').click();
    await button(reviewer, 'Agree to version 2').click();
    await told(reviewer, /^Reviewed/);

    await button(page, 'Put into force…').click();
    await page.getByLabel('Reason').fill('Grace has read it');
    await button(page, 'Put into force').click();
    await told(page, 'Version 2 is in force.');
    expect(await activePolicy(server.store)).toMatchObject({
      number: 2,
      reviewedBy: { name: 'Grace' },
      document: expect.stringMatching(/^# Agreed by the platform team\n/),
    });
  });

  it('makes the browser complain about nothing', () => {
    expect(visits.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
});
