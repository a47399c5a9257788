/**
 * Takes the pictures of the page that the README shows, of what really happens to the bundled shop:
 * docs/page-*.png, light and dark. It takes a minute or two.
 *
 *   node scripts/page-pictures.ts
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBrowser } from '../test/support/browser.ts';
import { signIn, type Visitor, visitor } from '../test/support/people-at-the-page.ts';
import { throwAway } from './throw-away.ts';

interface Change {
  readonly id: string;
  readonly confidence: number;
  readonly needsMe: boolean;
}

/** What the shop's remediation makes: one change, and what is less sure on top of it. */
const CHANGES = 2;
/** Of the pictures. */
const HEIGHT = 800;
const MARGIN = 24;
const docs = join(import.meta.dirname, '..', 'docs');

await using shown = await throwAway();
await using closing = new AsyncDisposableStack();
const browser = await openBrowser();
closing.defer(() => browser.close());
const admin = await visitor(browser, shown.up.address);
await signIn(admin, shown.up.firstSignIn ?? '');
const change = await riskiestChange(admin);

await pictures('overview', '/', 'Needs you');
await pictures('change', `/changes/${change.id}`, 'What and why');
await pictures('evidence', `/changes/${change.id}`, 'Evidence');

/** Waits until everything is proven and asked about. */
async function riskiestChange(who: Visitor): Promise<Change> {
  for (;;) {
    const { items } = await who.api<{ items: Change[] }>('/changes');
    const waiting = items.filter(({ needsMe }) => needsMe);
    const [first] = waiting.toSorted((a, b) => a.confidence - b.confidence);
    if (first !== undefined && waiting.length === CHANGES) return first;
    await sleep(1000);
  }
}

/** @param part of the page that is to be seen whole */
async function pictures(name: string, path: string, part: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = admin;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(path);
    const region = page.getByRole('region', { name: part, exact: true });
    await region.waitFor();
    // What is loaded last moves what is below it.
    await sleep(1500);
    const box = await region.boundingBox();
    if (box !== null && box.y + box.height > HEIGHT) {
      await page.mouse.move(box.x + 8, HEIGHT / 2);
      await page.mouse.wheel(0, box.y - MARGIN);
      await sleep(500);
    }
    await page.mouse.move(0, 0);
    const file = join(docs, `page-${name}-${colorScheme}.png`);
    await page.screenshot({ path: file });
    console.log(`${file}: ${Math.round((await stat(file)).size / 1000)} KB`);
  }
}
