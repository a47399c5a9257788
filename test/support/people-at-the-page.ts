import type { Browser, BrowserContext, Page } from 'playwright-core';

/** Somebody before the page, in a browser of their own. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Asks the API as the page does, with what the browser has. */
  api<T>(path: string): Promise<T>;
}

/** Opens a browser of its own on the page; what the page logs as an error is not told. */
export async function visitor(browser: Browser, address: string): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: address,
    reducedMotion: 'reduce',
    viewport: { width: 1280, height: 800 },
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  return {
    page,
    context,
    async api<T>(path: string): Promise<T> {
      const answer = await context.request.get(`/api/v1${path}`);
      if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
  };
}

/** Signs in by a link that is good once. */
export async function signIn({ page }: Visitor, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
}

/** Has an administrator add somebody on the page. @returns the link they sign in with */
export async function invite({ page }: Visitor, name: string, role: RegExp): Promise<string> {
  await page.goto('/settings?part=people');
  await page.getByRole('link', { name: 'Invite' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel(role).check();
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  const link = page.getByRole('dialog', { name: `A link for ${name}` }).locator('code');
  return await link.innerText();
}
