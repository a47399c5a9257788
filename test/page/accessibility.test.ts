import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accessibilityProblems, noBrowser } from '../support/browser.ts';
import { PAGES } from './pages.ts';
import { settled, usePretended } from './pretended.ts';

/** In the light theme, then in the dark one. */
async function problemsInBoth(page: Page): Promise<readonly string[]> {
  const light = await accessibilityProblems(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  return [...light, ...(await accessibilityProblems(page))];
}

describe.skipIf(noBrowser)(`accessibility ${noBrowser ?? ''}`, () => {
  const { open } = usePretended();
  const light = { colorScheme: 'light' } as const;

  it.each([...Object.entries(PAGES), ['sign-in', '/sign-in']])('%s', async (_name, path) => {
    const { page, complaints } = await open(path, light);
    await settled(page);
    expect(await problemsInBoth(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it.each([
    ['the keys', '/', async (page: Page) => await page.keyboard.press('?')],
    [
      'a vote',
      '/changes/c1',
      async (page: Page) => await page.getByRole('button', { name: 'Ask for changes' }).click(),
    ],
    [
      'an exception',
      '/findings/f000000',
      async (page: Page) => await page.getByRole('button', { name: 'Accept…' }).click(),
    ],
    ['registering', '/assets?register=repository', async () => {}],
    ['importing', '/assets?register=many', async () => {}],
    ['an SBOM', '/assets?register=sbom', async () => {}],
  ])('dialog: %s', async (_name, path, act) => {
    const { page } = await open(path, light);
    await settled(page);
    await act(page);
    await page.getByRole('dialog').waitFor();
    expect(await problemsInBoth(page)).toEqual([]);
    await page.context().close();
  });

  it('a menu of a narrow screen', async () => {
    const { page } = await open('/findings', { ...light, viewport: { width: 360, height: 720 } });
    await settled(page);
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('link', { name: 'Decisions' }).waitFor();
    expect(await problemsInBoth(page)).toEqual([]);
    await page.context().close();
  });
});
