import { createHmac } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { notifiers } from '../../src/plugins/notifiers/index.ts';
import { notify } from '../../src/store/notifications.ts';
import { type User, userById } from '../../src/store/users.ts';
import { declareDead, registerWorker } from '../../src/store/workers.ts';
import { deliverDue } from '../../src/workflows/deliver.ts';
import { accessibilityProblems, noBrowser } from '../support/browser.ts';
import { hookServer } from '../support/hook-server.ts';
import { type PageServer, pageServer } from '../support/page-server.ts';

// The settings, over the real server: what is set there really holds.

/** On a machine that has nothing else to do each takes seconds. */
const LONG = { timeout: 120_000 };
const SECRET = 'a-secret-of-the-hook';

let server: PageServer;
let admin: User;
beforeAll(async () => {
  if (noBrowser !== undefined) return;
  vi.stubEnv('SUTURE_SECRET_HOOK', SECRET);
  server = await pageServer();
  admin = await server.person('Ada', ['admin'], { email: 'ada@example.com' });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const told = (page: Page, text: string | RegExp) =>
  page.locator('.toast').getByText(text).first().waitFor();

/** What the API says to whoever brings the token. */
async function statusFor(token: string, path: string): Promise<number> {
  const answer = await fetch(`${server.address}/api/v1${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return answer.status;
}

describe.skipIf(noBrowser !== undefined)(`settings (skipped: ${noBrowser ?? 'no'})`, LONG, () => {
  it('make a token that does what it was made for, is shown once, and can be revoked', async () => {
    const { page, complaints } = await server.visit(admin, { path: '/settings?part=tokens' });
    await page.getByText('You have no tokens').waitFor();
    await page.getByRole('link', { name: 'Make a token' }).click();
    await button(page, 'Make it').click();
    await page.getByText('Say what it is for.').waitFor();
    await page.getByLabel('What it is for').fill('nightly');
    await page.getByLabel('Days until it ends').fill('500');
    await button(page, 'Make it').click();
    await page.getByText('From 1 to 365.').waitFor();
    await page.getByLabel('Days until it ends').fill('7');
    await button(page, 'Make it').click();
    const dialog = page.getByRole('dialog');
    const token = (await dialog.locator('code').first().textContent()) ?? '';
    expect(token).toMatch(/^stt_/);
    await dialog.getByText('in 7 days').waitFor();
    // A press beside it would lose it.
    await page.mouse.click(5, 5);
    await dialog.waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await statusFor(token, '/findings')).toBe(200);
    expect(await statusFor(token, '/users')).toBe(403);
    await button(page, 'Done').click();
    await page.getByText('nightly', { exact: true }).waitFor();
    expect(await page.content()).not.toContain(token);
    await page.getByRole('button', { name: /^Revoke nightly/ }).click();
    await button(page, 'Revoke').click();
    await page.getByText('Revoked', { exact: true }).waitFor();
    expect(await statusFor(token, '/findings')).toBe(401);
    expect(complaints).toEqual([]);
  });

  it('set a channel up, try it, see what was told there, and take it away', async () => {
    const hook = await hookServer();
    const { page, complaints } = await server.visit(admin, { path: '/settings?part=channels' });
    await page.getByText('Nobody is told anything yet').waitFor();
    await page.getByRole('link', { name: 'Add a channel' }).click();
    await page.getByLabel('Kind').selectOption('Webhook');
    await page.getByLabel('Name', { exact: true }).fill('Tickets');
    await page.getByLabel('Address').fill(`http://127.0.0.1:${hook.port}/tickets`);
    await page.getByLabel('Secret to sign with').fill(SECRET);
    await button(page, 'Save').click();
    await page.getByText(/never the secret itself\.$/).waitFor();
    await page.getByLabel('Secret to sign with').fill('env:SUTURE_SECRET_HOOK');
    await page.getByRole('radio', { name: 'Only some' }).check();
    await page.getByRole('checkbox', { name: 'A scan failed' }).check();
    expect(await accessibilityProblems(page)).toEqual([]);
    await button(page, 'Save').click();
    await told(page, /is saved/);

    await button(page, 'Send a test').click();
    await card(page, 'Tickets').getByText('The test was taken').waitFor();
    const [post] = hook.posts;
    expect(JSON.parse(post?.body ?? '')).toMatchObject({ title: 'Suture can reach you here' });
    const [, at = '', signed] =
      /^t=(\d+),v1=(\w+)$/.exec(String(post?.headers['x-suture-signature'])) ?? [];
    expect(signed).toBe(createHmac('sha256', SECRET).update(`${at}.${post?.body}`).digest('hex'));

    const tell = async (key: string) => {
      const draft = {
        kind: 'scan-failed',
        key,
        recipients: [],
        title: `The scan of ${key} failed`,
        body: ['The repository is not there.'],
        link: '/assets?text=shop',
        urgency: 'now',
      } as const;
      await notify(server.store, draft, { now: new Date() });
      await deliverDue(server.store, {
        notifiers: notifiers({ outbound: { allow: ['127.0.0.1'] } }),
        now: () => new Date(),
        publicUrl: server.address,
      });
    };
    await tell('storefront');
    hook.answer = { status: 410, body: 'moved away' };
    await tell('billing');
    await page.goto('/settings?part=notifications');
    const row = (text: string) => page.getByRole('row').filter({ hasText: text });
    await row('scan of storefront').getByText('sent', { exact: true }).waitFor();
    await row('scan of billing')
      .getByText(/refused, 1 attempt/)
      .waitFor();
    await row('scan of billing')
      .getByText(/410: moved away/)
      .waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);

    await page.goto('/settings?part=channels');
    await card(page, 'Tickets')
      .getByText(/410: moved away/)
      .waitFor();
    await button(page, 'Send a test').click();
    await card(page, 'Tickets')
      .getByRole('status')
      .getByText(/410: moved away/)
      .waitFor();
    await page.getByRole('link', { name: 'Edit…' }).click();
    await page.getByLabel('In use').uncheck();
    await button(page, 'Save').click();
    await card(page, 'Tickets').getByText('Not in use').waitFor();
    await button(page, 'Delete…').click();
    await button(page, 'Delete').click();
    await page.getByText('Nobody is told anything yet').waitFor();
    expect(complaints).toEqual([]);
  });

  it('say how the machinery is, and sync the feeds now', async () => {
    const worker = { host: 'suture-1', pid: 17, version: '0.0.0-test' };
    await registerWorker(server.store, { id: 'dead', ...worker, host: 'suture-2' });
    await declareDead(server.store, -1);
    await registerWorker(server.store, { id: 'alive', ...worker });
    const { page, complaints } = await server.visit(admin, { path: '/settings' });
    const workers = card(page, 'Workers').getByRole('listitem');
    await workers.filter({ hasText: 'suture-1' }).getByText('Alive', { exact: true }).waitFor();
    await workers.filter({ hasText: 'suture-2' }).getByText('Dead', { exact: true }).waitFor();
    await card(page, 'Feeds')
      .getByText(/1 record/)
      .waitFor();
    await card(page, 'About')
      .getByText(/^PostgreSQL \d+.*embedded/)
      .waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await button(page, 'Sync now').click();
    await told(page, /The sync has started/);
    await card(page, 'Last sync').getByText('Running').waitFor();
    const syncs = await server.store
      .selectFrom('feed_sync')
      .select(['state', 'requested_by'])
      .execute();
    expect(syncs).toEqual([{ state: 'queued', requested_by: admin.id }]);
    expect(complaints).toEqual([]);
  });

  it('change what somebody may do at once, but never leave nobody to administer', async () => {
    const alan = await server.person('Alan', ['viewer']);
    const his = await server.visit(alan, { path: '/settings?part=you' });
    await his.page.getByText(/^You may not: .*Register assets/).waitFor();
    const { page } = await server.visit(admin, { path: `/settings?part=people&open=${alan.id}` });
    await page.getByRole('checkbox', { name: /^Operator/ }).check();
    await page.getByLabel('Groups').fill('web, platform');
    await button(page, 'Save').click();
    await told(page, /^Saved/);
    await his.page.reload();
    await his.page.getByText(/^You may: .*Register assets/).waitFor();

    await page.getByRole('link', { name: 'Ada' }).click();
    await page.getByRole('checkbox', { name: /^Admin/ }).uncheck();
    await page.getByText('That is you: you could not administer any more.').waitFor();
    await page.getByRole('button', { name: /^Disable….*another admin can do it/ }).waitFor();
    await button(page, 'Save').click();
    await page
      .getByRole('alert')
      .getByText(/Make somebody else an admin first/)
      .waitFor();
    expect(await userById(server.store, admin.id)).toMatchObject({ roles: ['admin'] });
    expect(await userById(server.store, alan.id)).toMatchObject({
      roles: ['viewer', 'operator'],
      groups: ['web', 'platform'],
    });
  });

  it('keep the theme over a visit, and have an address for every part', async () => {
    const { page } = await server.visit(admin, {
      path: '/settings?part=you',
      colorScheme: 'light',
    });
    const dark = () =>
      page.evaluate<boolean>(
        "getComputedStyle(document.body).colorScheme === 'dark' || document.documentElement.dataset.theme === 'dark'",
      );
    expect(await dark()).toBe(false);
    await page.getByRole('radio', { name: 'Dark' }).check();
    await page.reload();
    await page.getByRole('radio', { name: 'Dark', checked: true }).waitFor();
    expect(await dark()).toBe(true);
    for (const part of ['People', 'Channels', 'Notifications', 'Tokens', 'System']) {
      await page.getByRole('navigation', { name: 'Parts of the settings' }).getByText(part).click();
      await page.waitForURL(`**/settings?part=${part.toLowerCase()}`);
      await page.locator('.tabs [aria-current="page"]', { hasText: part }).waitFor();
    }
    await page.goBack();
    await page.waitForURL('**/settings?part=tokens');
  });
});
