import { describe, expect, it } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import { makeWorld } from './mock/world.ts';
import { PATIENT, settled, usePretended } from './pretended.ts';

describe.skipIf(noBrowser)(`assets ${noBrowser ?? ''}`, () => {
  const { open, world } = usePretended();

  it('an empty installation says how to start', async () => {
    world(makeWorld({ assets: 0, findings: 0, changes: 0, decisions: 0 }));
    const { page, complaints } = await open('/');
    await page.getByRole('heading', { name: 'Nothing is watched yet' }).waitFor();
    expect(await page.getByText('suture asset add').count()).toBe(1);
    await page.getByRole('link', { name: 'Register a repository' }).click();
    await page.getByRole('dialog', { name: 'Register a repository' }).waitFor();
    for (const [path, title] of [
      ['/findings', 'No open findings'],
      ['/changes', 'No changes yet'],
      ['/assets', 'Nothing is watched yet'],
      ['/decisions', 'Nothing has been decided yet'],
    ] as const) {
      await page.goto(new URL(path, page.url()).href);
      await page.getByRole('heading', { name: title }).waitFor();
    }
    expect(complaints).toEqual([]);
    world(makeWorld());
    await page.context().close();
  });

  it('a list is looked at before it is registered', async () => {
    const { page } = await open('/assets?register=many');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Or paste it').fill('shop\nbilling');
    await dialog.getByRole('button', { name: 'Look what would come of it' }).click();
    await dialog.getByText('2 assets would be registered').waitFor();
    await dialog.getByText('did you mean').waitFor();
    await dialog.getByRole('button', { name: 'Register 2' }).click();
    await expect.poll(() => page.getByText('2 assets registered.').count(), PATIENT).toBe(1);
    await page.context().close();
  });

  it('a file says its own format', async () => {
    const { page } = await open('/assets?register=many');
    await page.getByLabel('Choose or drop a file').setInputFiles({
      name: 'hosts.yaml',
      mimeType: 'text/yaml',
      buffer: Buffer.from('all:\n  hosts:\n    a:\n'),
    });
    await expect.poll(() => page.getByLabel('Format').inputValue()).toBe('ansible-yaml');
    await page.context().close();
  });

  it('context says who said so; a person corrects it and takes it back', async () => {
    world(makeWorld());
    const { page } = await open('/assets/2');
    await settled(page);
    const environment = page.locator('.context-field').first();
    await environment.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('Withdrawn.').waitFor();
    expect(await environment.getByRole('button', { name: 'Withdraw' }).count()).toBe(0);
    await environment.getByRole('button', { name: 'Correct…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Environment').selectOption('staging');
    await dialog.getByRole('button', { name: 'Correct: environment' }).click();
    await environment.getByText('Staging').waitFor();
    expect(await environment.getByText('a person').count()).toBe(1);
    await page.context().close();
  });

  it('the map has a list that says the same', async () => {
    const { page } = await open('/assets?view=map');
    await page.locator('canvas').waitFor();
    await page.getByRole('button', { name: 'List' }).click();
    expect(await page.getByRole('row', { name: /storefront/ }).count()).toBeGreaterThan(0);
    await page.context().close();
  });

  it('the theme is remembered', async () => {
    const { page } = await open('/assets', { colorScheme: 'light' });
    await settled(page);
    await page.getByRole('button', { name: 'Theme: as the system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    expect(await page.evaluate('getComputedStyle(document.body).colorScheme')).toBe('dark');
    await page.context().close();
  });
});
