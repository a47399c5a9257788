import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import { inPage, PATIENT, settled, usePretended } from './pretended.ts';

/** The heading of the page that is shown, once it is that one. */
async function heading(page: Page, name: string): Promise<string | null> {
  const element = page.getByRole('heading', { level: 1, name });
  await element.waitFor();
  return await element.textContent();
}

const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement?.textContent ?? ""');

describe.skipIf(noBrowser)(`keyboard ${noBrowser ?? ''}`, () => {
  const { open } = usePretended();

  it.each([
    ['o', 'Overview'],
    ['f', 'Findings'],
    ['c', 'Changes'],
    ['a', 'Assets'],
    ['p', 'Policy'],
    ['d', 'Decisions'],
    ['s', 'Settings'],
  ])('g %s goes to %s', async (key, name) => {
    const { page } = await open(key === 'o' ? '/assets' : '/');
    await settled(page);
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    expect(await heading(page, name)).toBe(name);
    await page.context().close();
  });

  it('walks a list with j and k, opens with Enter, goes back with u', async () => {
    const { page } = await open('/findings?band=act');
    await settled(page);
    await page.keyboard.press('j');
    const first = await focused(page);
    await page.keyboard.press('j');
    const second = await focused(page);
    expect(second).not.toBe(first);
    await page.keyboard.press('k');
    expect(await focused(page)).toBe(first);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/findings\/f/);
    await settled(page);
    await page.keyboard.press('u');
    await page.waitForURL(/\/findings\?band=act$/);
    await page.context().close();
  });

  it('j goes on where the screen ends', async () => {
    const { page } = await open('/findings');
    await settled(page);
    for (let press = 0; press < 25; press += 1) {
      await page.keyboard.press('j');
      await expect
        .poll(
          () => inPage(page, `document.activeElement?.closest('[data-index]')?.dataset.index`),
          PATIENT,
        )
        .toBe(String(press));
    }
    expect(await page.evaluate('window.scrollY')).toBeGreaterThan(400);
    await page.context().close();
  });

  it('/ searches, Escape leaves; keys mean nothing while one types', async () => {
    const { page } = await open('/findings');
    await settled(page);
    await page.keyboard.press('/');
    await page.keyboard.type('g axios');
    expect(await page.getByRole('searchbox').inputValue()).toBe('g axios');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('searchbox').inputValue()).toBe('');
    await heading(page, 'Findings');
    await page.context().close();
  });

  it('keys mean nothing while one writes a policy', async () => {
    const { page } = await open('/policy');
    await settled(page);
    await page.getByRole('textbox', { name: 'Policy, YAML' }).click();
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await page.keyboard.press('?');
    await heading(page, 'Policy');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.context().close();
  });

  it('? shows the keys, Escape closes them', async () => {
    const { page } = await open('/');
    await settled(page);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count(), PATIENT).toBe(0);
    await page.context().close();
  });

  it('the first Tab offers to skip to the content', async () => {
    const { page } = await open('/');
    await settled(page);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement?.id')).toBe('main');
    await page.context().close();
  });

  it('a filter is opened, chosen and closed without a mouse', async () => {
    const { page } = await open('/findings');
    await settled(page);
    const state = page.getByRole('button', { name: 'State' });
    await state.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.waitForURL(/state=open/);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('checkbox').count()).toBe(0);
    expect(await focused(page)).toContain('State: open');
    await page.context().close();
  });
});
