import { describe, expect, it } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import { makeWorld } from './mock/world.ts';
import { settled, usePretended } from './pretended.ts';

describe.skipIf(noBrowser)(`policy ${noBrowser ?? ''}`, () => {
  const { open, world } = usePretended();

  it('a mistake is marked at its line, and can be gone to', async () => {
    const { page } = await open('/policy');
    await settled(page);
    const editor = page.getByRole('textbox', { name: 'Policy, YAML' });
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('  autonomy: yolo');
    const problem = page.getByRole('button', { name: /Line 16/ });
    await problem.waitFor();
    expect(await problem.textContent()).toContain('autonomy is one of');
    expect(await page.locator('.cm-lintRange-error').count()).toBe(1);
    const save = page.getByRole('button', { name: /Save draft/ });
    expect(await save.getAttribute('aria-disabled')).toBe('true');
    await page.context().close();
  });

  it('a draft is compared, kept while one looks elsewhere, and saved', async () => {
    world(makeWorld());
    const { page } = await open('/policy');
    await settled(page);
    await page.getByRole('textbox', { name: 'Policy, YAML' }).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('cooldownDays: 5');
    await page.getByText('Not saved yet').waitFor();
    await page.getByRole('link', { name: 'Difference' }).click();
    expect(await page.locator('tr.added').textContent()).toContain('cooldownDays: 5');
    await page.getByRole('link', { name: 'Findings', exact: true }).click();
    await settled(page);
    await page.goBack();
    await page.getByText('Not saved yet').waitFor();
    await page.getByRole('button', { name: 'Save draft…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save draft' }).click();
    await page.waitForURL(/version=4/);
    expect(world().policies[0]?.document).toContain('cooldownDays: 5');
    const review = page.getByRole('button', { name: /Review/ });
    await review.waitFor();
    await page.context().close();
  });

  it('a simulation says what would be decided differently', async () => {
    const { page } = await open('/policy?part=simulation');
    await settled(page);
    await page.getByRole('button', { name: 'Simulate' }).click();
    await page.getByText('118 changes').waitFor();
    const asked = page.getByRole('row', { name: /Answers asked of people/ });
    expect(await asked.textContent()).toContain('−78');
    expect(await page.getByRole('link', { name: 'Upgrade lodash, qs' }).count()).toBeGreaterThan(9);
    await page.context().close();
  });
});
