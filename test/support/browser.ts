import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The machine's own Chromium: `$CHROME_BIN`, else what is on the path. */
const browserPath = ((): string | undefined => {
  const given = process.env['CHROME_BIN'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates =
    given === undefined
      ? folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))
      : [given];
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
})();

/** For the name of what is skipped; absent: there is a browser. */
export const noBrowser =
  browserPath === undefined
    ? 'no Chromium; scripts/setup.mjs --tests installs one, or set CHROME_BIN'
    : undefined;

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    ...(browserPath === undefined ? {} : { executablePath: browserPath }),
    // As root, and in containers, Chromium has no sandbox to put pages into; these are our own.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly {
      readonly target: readonly string[];
      readonly failureSummary: string;
    }[];
  }[];
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What of WCAG 2.2 AA the page as it is shown does not keep, by axe; empty: nothing is known. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  // The page allows no scripts but its own; what the debugger evaluates is not asked.
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(await axe);
  const { violations } = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })`,
  )) as AxeResults;
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id} (${help}): ${node.target.join(' ')}\n${node.failureSummary}`),
  );
}

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
