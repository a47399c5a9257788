/**
 * The control plane to try out: everything in a throw-away folder, with the example feeds and a copy
 * of the bundled shop to watch. Says what to look at and what happens; Ctrl-C removes all of it.
 *
 *   npm run tour                      on a free port
 *   npm run tour -- --port 4870
 */
import { relative } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { serverOf } from '../src/cli/server.ts';
import { untilToldToStop } from '../src/cli/until-told-to-stop.ts';
import { messageOf } from '../src/domain/error.ts';
import { SUTURE, throwAway } from './throw-away.ts';
import { tellWhatHappens } from './tour-news.ts';

const { values: flags } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const bold = (text: string) => styleText('bold', text);

const stopped = untilToldToStop();
console.log('A control plane of your own, for as long as you look at it.\n');
await using tour = await throwAway({ port: Number(flags.port) }).catch((error: unknown) => {
  console.error(messageOf(error));
  process.exit(2);
});
const { home, shop, up } = tour;

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
  ${relative(process.cwd(), SUTURE)} change list

${bold('Ctrl-C stops it and removes everything.')}
`);

const news = new AbortController();
const telling = tellWhatHappens(await serverOf(home), shop, news.signal);
await stopped;
console.log('\nStopping; removing everything.');
news.abort();
await telling;
