/**
 * Brings a fresh clone to where everything works. Plain JavaScript, because it runs before anything
 * is installed and on whatever Node the machine has (20 or newer). Quiet and fast when there is
 * nothing to do.
 *
 * - npm packages, Node 24 among them (the npm package `node`);
 * - the page, built into web/dist;
 * - bubblewrap, the sandbox, and with `--tests` a Chromium to test the page in: installed by itself
 *   as root on Debian and its kin, otherwise the one line to run is printed and what needs them is
 *   skipped with that reason.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage } from './build-page.mjs';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const say = (message) => process.stderr.write(`setup: ${message}\n`);

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  say(`Node ${process.versions.node} is too old to install with; use Node 20 or newer.`);
  process.exit(2);
}

installPackages();
if (!buildPage(say)) {
  say('the page could not be built; see the messages above. The command line works without it.');
}
installSystemPackages();

function installPackages() {
  const stamp = join(root, 'node_modules', '.suture-setup');
  const lockfile = join(root, 'package-lock.json');
  const upToDate = existsSync(stamp) && readFileSync(stamp, 'utf8') === digest(lockfile);
  if (upToDate) return;
  say('installing npm packages');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) {
    say('npm ci failed; see its messages above (is the npm registry reachable?).');
    process.exit(2);
  }
  writeFileSync(stamp, digest(lockfile));
}

function digest(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function installSystemPackages() {
  if (process.platform !== 'linux') return;
  const missing = [];
  if (!has('bwrap')) missing.push(['bubblewrap', 'no sandbox']);
  const browsers = ['chromium', 'chromium-browser', 'google-chrome'];
  const wantsBrowser = process.argv.includes('--tests') && !process.env.CHROME_BIN;
  if (wantsBrowser && !browsers.some(has)) missing.push(['chromium', 'no browser']);
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name);
  const install = ['-y', '--no-install-recommends', 'install', ...names];
  const line = `apt-get update && apt-get ${install.join(' ')}`;
  if (process.getuid?.() !== 0 || !has('apt-get')) {
    const found = missing.map(([, what]) => what).join(' and ');
    say(
      `${found} found; what needs one is skipped. To get it on Debian or Ubuntu, run: sudo sh -c '${line}'`,
    );
    return;
  }
  say(`installing ${names.join(' and ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 2] };
  spawnSync('apt-get', ['-qq', 'update'], quiet);
  const apt = spawnSync('apt-get', ['-qq', ...install], quiet);
  if (apt.status !== 0) say(`${names.join(' and ')} could not be installed; run: ${line}`);
}

function has(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}
