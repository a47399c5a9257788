import { chmod, cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '../src/platform/exec.ts';
import { startUp, type Up } from '../test/support/up.ts';

const ROOT = join(import.meta.dirname, '..');
const FEEDS = join(ROOT, 'examples', 'feeds');

/** The checkout's own command line. */
export const SUTURE = join(ROOT, 'bin', 'suture');

/** A control plane in a folder that goes with it. */
export interface ThrowAway extends AsyncDisposable {
  readonly home: string;
  /** The bundled shop as a git repository of its own; the control plane watches it. */
  readonly shop: string;
  readonly up: Up;
}

/**
 * Syncs the example feeds, starts `suture up` and has it watch a copy of the bundled shop. A
 * terminal's Ctrl-C does not reach it: whoever disposes it stops it.
 */
export async function throwAway(options: { readonly port?: number } = {}): Promise<ThrowAway> {
  await using made = new AsyncDisposableStack();
  const place = await realpath(await mkdtemp(join(tmpdir(), 'suture-tour-')));
  made.defer(() => rm(place, { recursive: true, force: true, maxRetries: 5 }));
  // As root the database runs as somebody else, who must get there.
  await chmod(place, 0o711);
  const home = join(place, 'home');
  const env = { ...process.env, SUTURE_HOME: home };
  const shop = await shopIn(place);
  await must([SUTURE, 'sync', '--from', FEEDS], env);
  const up = await startUp(home, { ...options, ownGroup: true, env: { SUTURE_FEEDS: FEEDS } });
  made.use(up);
  await must([SUTURE, 'asset', 'add', shop], env);
  const kept = made.move();
  return { home, shop, up, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function shopIn(place: string): Promise<string> {
  const shop = join(place, 'storefront');
  await cp(join(ROOT, 'examples', 'storefront'), shop, {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  await must(['git', 'init', '-q', '-b', 'main', shop]);
  // Merges are made in somebody's name, too.
  await must(['git', '-C', shop, 'config', 'user.name', 'Shop']);
  await must(['git', '-C', shop, 'config', 'user.email', 'shop@example.com']);
  await must(['git', '-C', shop, 'add', '-A', '-f']);
  await must(['git', '-C', shop, 'commit', '-q', '-m', 'The shop as it is']);
  return shop;
}

/** A step without which there is nothing to see. */
async function must(argv: readonly string[], env = process.env): Promise<void> {
  const { exitCode, stdout, stderr } = await exec(argv, { env });
  if (exitCode !== 0) throw new Error(`${argv.join(' ')} failed:\n${stdout}${stderr}`);
}
