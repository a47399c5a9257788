import { describe, expect, it } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import { PATIENT, settled, usePretended } from './pretended.ts';

describe.skipIf(noBrowser)(`live updates ${noBrowser ?? ''}`, () => {
  const { open, server, world } = usePretended();
  const askedFor = (name: string) => server().asked.filter((asked) => asked === name).length;

  it('what changes is shown without anybody asking', async () => {
    const { page } = await open('/changes');
    await settled(page);
    await page.getByText('Live', { exact: true }).waitFor();
    const change = world().changes[0]!;
    const { title } = change;
    change.title = 'Upgrade something else';
    server().announce('change');
    const renamed = page.getByRole('link', { name: 'Upgrade something else' });
    await expect.poll(() => renamed.count(), PATIENT).toBe(1);
    change.title = title;
    await page.context().close();
  });

  it('a thousand events cause one round of requests', async () => {
    const { page } = await open('/findings');
    await settled(page);
    await page.getByText('Live', { exact: true }).waitFor();
    const before = askedFor('GET /findings');
    for (let event = 0; event < 1000; event += 1) server().announce('finding');
    await page.waitForTimeout(3500);
    expect(askedFor('GET /findings') - before).toBeGreaterThanOrEqual(1);
    expect(askedFor('GET /findings') - before).toBeLessThanOrEqual(2);
    await page.context().close();
  });

  it('a long list is not loaded again under the reader, but says that it changed', async () => {
    const { page } = await open('/findings?exposed=false');
    await settled(page);
    await page.getByText('Live', { exact: true }).waitFor();
    for (let screen = 0; screen < 12; screen += 1) {
      await page.mouse.wheel(0, 3000);
      await page.waitForTimeout(150);
    }
    await settled(page);
    const before = askedFor('GET /findings');
    server().announce('finding');
    await page.getByText('This list has changed').waitFor();
    expect(askedFor('GET /findings')).toBe(before);
    await page.getByRole('button', { name: 'Load it again' }).click();
    await page.getByText('This list has changed').waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('says when the stream is gone, and catches up when it is back', async () => {
    const { page } = await open('/');
    await settled(page);
    await page.getByText('Live', { exact: true }).waitFor();
    const before = askedFor('GET /overview');
    server().dropStreams();
    await page.getByText('Reconnecting').waitFor();
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 15_000 });
    await expect.poll(() => askedFor('GET /overview'), { timeout: 5000 }).toBeGreaterThan(before);
    await page.context().close();
  });

  it('whoever is signed out elsewhere is signed out here, and comes back to the same place', async () => {
    const { page } = await open('/decisions?kind=vote');
    await settled(page);
    const { session } = world();
    world().session = null;
    await page.getByRole('link', { name: 'Assets' }).click();
    await page.waitForURL(/\/sign-in/);
    world().session = session;
    await page.getByLabel('One-time token').fill('sto_whatever-it-is');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect.poll(() => page.url(), PATIENT).toMatch(/\/assets$/);
    await page.context().close();
  });
});
