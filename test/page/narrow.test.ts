import { describe, expect, it } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import { PAGES } from './pages.ts';
import { settled, usePretended } from './pretended.ts';

describe.skipIf(noBrowser)(`narrow screens ${noBrowser ?? ''}`, () => {
  const { open } = usePretended();
  const viewport = { width: 360, height: 720 };

  it.each(Object.entries(PAGES))('%s fits into 360 pixels', async (_name, path) => {
    const { page } = await open(path, { viewport });
    await settled(page);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(viewport.width);
    await page.context().close();
  });

  it('navigation is behind a button, and closes by itself', async () => {
    const { page } = await open('/', { viewport });
    await settled(page);
    const decisions = page.getByRole('link', { name: 'Decisions' });
    expect(await decisions.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Menu' }).click();
    await decisions.click();
    await page.getByRole('heading', { name: 'Decisions', level: 1 }).waitFor();
    expect(await decisions.isVisible()).toBe(false);
    await page.context().close();
  });
});
