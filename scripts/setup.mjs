/**
 * Brings a fresh clone to where everything works. Plain JavaScript, because it runs before anything
 * is installed and on whatever Node the machine has (20 or newer). Quiet and fast when there is
 * nothing to do.
 *
 * - npm packages, Node 24 among them (the npm package `node`);
 * - bubblewrap, the sandbox: installed by itself as root on Debian and its kin, otherwise the one
 *   line to run is printed and what needs it is skipped with that reason.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const say = (message) => process.stderr.write(`setup: ${message}\n`);

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  say(`Node ${process.versions.node} is too old to install with; use Node 20 or newer.`);
  process.exit(2);
}

installPackages();
installBubblewrap();

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

function installBubblewrap() {
  if (process.platform !== 'linux' || has('bwrap')) return;
  const line = 'apt-get update && apt-get install -y bubblewrap';
  if (process.getuid?.() !== 0 || !has('apt-get')) {
    say(
      `no sandbox found; what needs one is skipped. To get it on Debian or Ubuntu, run: sudo sh -c '${line}'`,
    );
    return;
  }
  say('installing bubblewrap');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 2] };
  spawnSync('apt-get', ['-qq', 'update'], quiet);
  const apt = spawnSync('apt-get', ['-qq', '-y', 'install', 'bubblewrap'], quiet);
  if (apt.status !== 0) say(`bubblewrap could not be installed; run: ${line}`);
}

function has(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}
