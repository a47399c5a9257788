import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, vi } from 'vitest';
import { exec } from '../../src/platform/exec.ts';
import { noBrowser, openBrowser } from '../support/browser.ts';
import { type PretendedServer, pretend } from './mock/server.ts';
import { makeWorld, type World } from './mock/world.ts';

/** For `expect.poll`, whose own patience is a second. */
export const PATIENT = { timeout: 30_000 };

/** Browsers share the machine with other tests; nothing here is about speed. */
const PATIENCE_MS = 60_000;

export interface OpenPage {
  readonly page: Page;
  /** What the page complained of: errors it threw, and what its console says. */
  readonly complaints: readonly string[];
}

/** A fresh page of a fresh person; narrow, dark, whatever is asked for. */
async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

async function buildPage(): Promise<void> {
  const script = join(import.meta.dirname, '../../scripts/build-page.mjs');
  const { exitCode, stderr } = await exec([process.execPath, script]);
  if (exitCode !== 0) throw new Error(`The page cannot be built:\n${stderr}`);
}

/** Chromium and a pretended server for all tests of a file; the world is theirs to change. */
export function usePretended(): {
  open: (path: string, options?: BrowserContextOptions) => Promise<OpenPage>;
  server: () => PretendedServer;
  world: (next?: World) => World;
} {
  let browser: Browser | undefined;
  let server: PretendedServer | undefined;
  const running = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('Only within tests');
    return part;
  };
  vi.setConfig({ testTimeout: 2 * PATIENCE_MS });
  beforeAll(async () => {
    if (noBrowser !== undefined) return;
    await buildPage();
    server = await pretend(makeWorld());
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });
  return {
    open: async (path, options) =>
      await openPage(running(browser), running(server).url + path, options),
    server: () => running(server),
    world: (next) => {
      if (next !== undefined) running(server).world = next;
      return running(server).world;
    },
  };
}

/** Waits until nothing waits for its data any more. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.skeleton, [aria-busy="true"]').first().waitFor({ state: 'detached' });
}

/** What an expression comes to in the page. The page allows no `eval`, so it is asked from outside. */
export async function inPage<T>(page: Page, expression: string): Promise<T> {
  return await page.evaluate<T>(expression);
}
