/**
 * The control plane to try out: everything in a throw-away folder, with the example feeds and a copy
 * of the bundled shop to watch. Says what to look at and what happens; Ctrl-C removes all of it.
 *
 *   npm run tour                      on a free port
 *   npm run tour -- --port 4870
 */
import { chmod, cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { serverOf } from '../src/cli/server.ts';
import { untilToldToStop } from '../src/cli/until-told-to-stop.ts';
import { exec } from '../src/platform/exec.ts';
import { startUp } from '../test/support/up.ts';
import { tellWhatHappens } from './tour-news.ts';

const root = join(import.meta.dirname, '..');
const suture = join(root, 'bin', 'suture');
const { values: flags } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const bold = (text: string) => (process.stdout.isTTY ? `\u001B[1m${text}\u001B[22m` : text);

const place = await realpath(await mkdtemp(join(tmpdir(), 'suture-tour-')));
// As root the database runs as somebody else, who must get there.
await chmod(place, 0o711);
const home = join(place, 'home');
const shop = join(place, 'storefront');
await using tour = new AsyncDisposableStack();
tour.defer(() => rm(place, { recursive: true, force: true, maxRetries: 5 }));
const stopped = untilToldToStop();

console.log('A control plane of your own, for as long as you look at it.\n');
await copyShop();
await must([suture, 'sync', '--from', join(root, 'examples', 'feeds')]);
const up = tour.use(
  await startUp(home, {
    port: Number(flags.port),
    // Ctrl-C is for the tour, which stops it then.
    ownGroup: true,
    env: { SUTURE_FEEDS: join(root, 'examples', 'feeds') },
  }),
);
await must([suture, 'asset', 'add', shop]);

console.log(`Open this; it signs you in, once, as the first administrator:

  ${bold(up.firstSignIn ?? up.address)}

What to look at
  now           Assets › storefront: a shop with years-old dependencies. Findings: 55, ranked; open
                one to see why it matters here.
  in a minute   Changes: what was proven waits for you. Compare before and after; approve.
  then          the branch is in the shop's repository; merge it as you merge anything:
                  git -C ${shop} merge suture/…
  soon after    Suture sees the merge and scans again: verified closed. Decisions has every step.

The command line, in another shell
  export SUTURE_HOME=${home}
  ${relative(process.cwd(), suture) || suture} change list

${bold('Ctrl-C stops it and removes everything.')}
`);

const news = new AbortController();
const telling = tellWhatHappens(await serverOf(home), shop, news.signal);
await stopped;
console.log('\nStopping; removing everything.');
news.abort();
await telling;

async function copyShop(): Promise<void> {
  const from = join(root, 'examples', 'storefront');
  await cp(from, shop, { recursive: true, filter: (path) => !path.includes('node_modules') });
  // Its owner: merges in the tour are made in their name.
  const author = { name: 'Shop', email: 'shop@example.com' };
  await must(['git', 'init', '-q', '-b', 'main', shop]);
  for (const [key, value] of Object.entries(author)) {
    await must(['git', '-C', shop, 'config', `user.${key}`, value]);
  }
  await must(['git', '-C', shop, 'add', '-A', '-f']);
  await must(['git', '-C', shop, 'commit', '-q', '-m', 'The shop as it is']);
}

/** A step that has to work for there to be a tour. */
async function must(argv: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await exec(argv, {
    env: { ...process.env, SUTURE_HOME: home },
  });
  if (exitCode !== 0) throw new Error(`${argv.join(' ')} failed:\n${stdout}${stderr}`);
}
