import { describe, expect, it } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import { makeWorld } from './mock/world.ts';
import { inPage, PATIENT, settled, usePretended } from './pretended.ts';

describe.skipIf(noBrowser)(`findings ${noBrowser ?? ''}`, () => {
  const { open, world } = usePretended();

  it('a deep link restores every filter', async () => {
    const { page } = await open(
      '/findings?band=act,attend&state=open,reopened&environment=production&reachability=reachable&text=lodash&sort=due&asset=1',
    );
    await settled(page);
    expect(await page.getByRole('searchbox').inputValue()).toBe('lodash');
    const pressed = await page
      .getByRole('group', { name: 'Band' })
      .locator('[aria-pressed="true"]')
      .allTextContents();
    expect(pressed.map((text) => text.replaceAll(/\d/g, ''))).toEqual(['Act', 'Attend']);
    for (const name of ['State: 2', 'Environment: production', 'Reachability: reachable']) {
      expect(await page.getByRole('button', { name, exact: true }).count()).toBe(1);
    }
    expect(await page.getByText('Asset: 1').count()).toBe(1);
    expect(await page.getByRole('combobox', { name: 'Order' }).inputValue()).toBe('due');
    await page.context().close();
  });

  it('filters end up in the address, and back undoes a page, not a key', async () => {
    const { page } = await open('/findings');
    await settled(page);
    await page.getByRole('button', { name: /^Act/ }).click();
    await page.getByRole('searchbox').fill('axios');
    await page.waitForURL(/\?(?=.*band=act)(?=.*text=axios)/);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => page.url(), PATIENT).toMatch(/\/findings$/);
    await page.context().close();
  });

  it.each(['/findings?band=bogus&limit=9999&foo=bar', '/findings?state=%00&sort=drop%20table'])(
    'an address that nobody could mean does no harm: %s',
    async (path) => {
      const { page, complaints } = await open(path);
      await settled(page);
      expect(await page.getByRole('row').count()).toBeGreaterThan(5);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  it('a remedy group leads to its findings', async () => {
    const { page } = await open('/findings?view=groups');
    await settled(page);
    await page.getByRole('link', { name: 'lodash to 4.17.21' }).click();
    await page.waitForURL(/group=npm:lodash/);
    await settled(page);
    const names = await page.locator('[role=row] a').allTextContents();
    expect(new Set(names.map((name) => name.split(' ')[0]))).toEqual(new Set(['lodash']));
    await page.context().close();
  });

  it('50,000 findings: few of them are in the document, all can be reached', async () => {
    const before = world();
    world(makeWorld({ assets: 50, findings: 50_000 }));
    const { page } = await open('/findings?exposed=false');
    await settled(page);
    expect(await page.getByText('50,000 findings').count()).toBe(1);
    for (let screen = 0; screen < 12; screen += 1) {
      await page.mouse.wheel(0, 4000);
      await page.waitForTimeout(60);
      expect(await page.getByRole('row').count()).toBeLessThan(60);
    }
    const last = `Math.max(...[...document.querySelectorAll('[aria-rowindex]')].map((row) => Number(row.getAttribute('aria-rowindex'))))`;
    await expect.poll(() => inPage<number>(page, last), PATIENT).toBeGreaterThan(300);
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(2500);
    world(before);
    await page.context().close();
  });

  it('nothing that matches says what to do', async () => {
    const { page } = await open('/findings?text=no-such-package');
    await page.getByRole('heading', { name: 'No findings match' }).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).last().click();
    await settled(page);
    expect(await page.getByRole('row').count()).toBeGreaterThan(5);
    await page.context().close();
  });

  it('a failure says what happened and what to do, and can be tried again', async () => {
    world().failing.set('GET /findings', 503);
    const { page } = await open('/findings');
    const alert = page.getByRole('alert');
    await alert.waitFor({ timeout: 20_000 });
    expect(await alert.textContent()).toContain('The database does not answer');
    expect(await alert.textContent()).toContain('Wait a moment');
    world().failing.clear();
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('row').nth(3).waitFor();
    await page.context().close();
  });

  it('text of advisories and repositories is never more than text', async () => {
    const finding = world().findings[0]!;
    const kept = { ...finding };
    const evil = '<img src=x onerror="window.hurt=1"><a href="javascript:window.hurt=1">click</a>';
    Object.assign(finding, { summary: evil, explanation: evil, reachabilityBecause: evil });
    const { page } = await open('/findings/f000000');
    await settled(page);
    expect(await page.getByText(evil).count()).toBeGreaterThan(1);
    expect(await page.locator('main img, main a[href^="javascript"]').count()).toBe(0);
    expect(await page.evaluate('window.hurt')).toBeUndefined();
    Object.assign(finding, kept);
    await page.context().close();
  });

  it('accepting asks for a reason and an end', async () => {
    const { page } = await open('/findings/f000001');
    await settled(page);
    await page.getByRole('button', { name: 'Accept…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Accept for a time' }).click();
    await dialog.getByText('Say it in at least 10 characters.').waitFor();
    await dialog.getByLabel('Why it is right to wait').fill('Replaced in January by another one.');
    await dialog.getByLabel('Until').fill('2020-01-01');
    await dialog.getByText('Choose a day after today.').waitFor();
    await dialog.getByLabel('Until').fill('2099-01-01');
    await dialog.getByRole('button', { name: 'Accept for a time' }).click();
    await expect.poll(() => page.getByText('somebody else must agree').count(), PATIENT).toBe(1);
    await page.context().close();
  });

  it('an exception that waits is agreed to where its finding is', async () => {
    const { page } = await open('/findings/f000000');
    await settled(page);
    await page.getByRole('button', { name: 'Agree…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('The firewall is in place.');
    await dialog.getByRole('button', { name: 'Agree' }).click();
    await page.getByText('Agreed; it is in effect.').waitFor();
    expect(world().exceptions[0]?.state).toBe('active');
    await page.context().close();
  });
});
