import { describe, expect, it } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import { makeWorld } from './mock/world.ts';
import { settled, usePretended } from './pretended.ts';

describe.skipIf(noBrowser)(`changes ${noBrowser ?? ''}`, () => {
  const { open, world } = usePretended();

  it('shows the proof, the lockfile folded', async () => {
    const { page } = await open('/changes/c1');
    await settled(page);
    expect(await page.getByText('"lodash": "^4.17.21"').isVisible()).toBe(true);
    expect(await page.getByText('lodash-4.17.21.tgz').count()).toBe(0);
    await page.getByText('package-lock.json').click();
    await page.getByText('lodash-4.17.21.tgz').waitFor();
    for (const text of [
      'failed with 1, as before',
      'The signature holds',
      '1 of 2',
      'git revert',
    ]) {
      expect(await page.getByText(text).count()).toBeGreaterThan(0);
    }
    await page.context().close();
  });

  it('an approval is given in two presses, and the change goes on', async () => {
    world(makeWorld());
    const { page } = await open('/changes?needsMe=true');
    await settled(page);
    await page.locator('[role=row] a').first().click();
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Approved.').waitFor();
    expect(world().changes[0]?.approval?.state).toBe('approved');
    await page.context().close();
  });

  it('a rejection takes a reason', async () => {
    world(makeWorld());
    const { page } = await open('/changes/c2');
    await settled(page);
    await page.getByRole('button', { name: 'Reject' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await dialog.getByText('Say why.').waitFor();
    expect(world().changes[1]?.approval?.state).toBe('waiting');
    await dialog.getByLabel('Reason').fill('We replace this package next week.');
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('Rejected.').waitFor();
    await page.context().close();
  });

  it('whose vote would not count is told why, and has no buttons', async () => {
    world(makeWorld());
    Object.assign(world().changes[0]!.approval!, {
      mayVote: false,
      whyNot: 'You asked for this change yourself; somebody else must agree.',
    });
    const { page } = await open('/changes/c1');
    await settled(page);
    await page.getByText('You asked for this change yourself').waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await page.context().close();
  });

  it('a viewer is offered nothing that they may not do', async () => {
    world(makeWorld());
    const viewer = world().users[2]!;
    world().session = { user: viewer, permissions: ['read'] };
    Object.assign(world().changes[0]!.approval!, { mayVote: false, whyNot: null });
    for (const [path, names] of [
      ['/changes/c1', ['Approve', 'Reject…', 'Override']],
      ['/findings/f000000', ['Remediate now', 'Accept…', 'Not affected…']],
      ['/assets', ['Register']],
      ['/assets/1', ['Scan now', 'Remediate all', 'Correct…']],
      ['/decisions', ['Verify']],
    ] as const) {
      const { page, complaints } = await open(path);
      await settled(page);
      for (const name of names) {
        expect(await page.getByRole('button', { name }).count()).toBe(0);
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    }
    world(makeWorld());
  });
});
