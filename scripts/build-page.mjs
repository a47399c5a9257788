/**
 * Builds the page into web/dist, unless that was built from what is there now. Plain JavaScript on
 * any Node, for `setup.mjs`; by itself: `node scripts/build-page.mjs`.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(fileURLToPath(import.meta.url), '..', '..');
const page = join(root, 'web');
const dist = join(page, 'dist');

/** @returns {boolean} whether web/dist is what the sources say; else the reason is on stderr */
export function buildPage(say = () => {}) {
  const wanted = sourceDigest();
  if (isBuiltFrom(wanted)) return true;
  say('building the page');
  // Beside, and put into place when it is whole: somebody may be looking at the one that is there.
  const made = join(root, 'node_modules', `.page-${process.pid}`);
  const node = join(root, 'node_modules', 'node', 'bin', 'node');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const options = ['--logLevel', 'error', '--outDir', made, '--emptyOutDir'];
  const built = spawnSync(node, [vite, 'build', ...options], {
    cwd: page,
    // Tests have another one, and React would be built to be debugged.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 2, 2],
  });
  if (built.status !== 0) {
    rmSync(made, { recursive: true, force: true });
    return false;
  }
  writeFileSync(join(made, '.built-from'), wanted);
  return putIntoPlace(made, wanted);
}

function isBuiltFrom(wanted) {
  const stamp = join(dist, '.built-from');
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

function putIntoPlace(made, wanted) {
  const before = `${made}.before`;
  try {
    if (existsSync(dist)) renameSync(dist, before);
    renameSync(made, dist);
    return true;
  } catch {
    // Somebody else has built it at the same time.
    return isBuiltFrom(wanted);
  } finally {
    for (const folder of [made, before]) rmSync(folder, { recursive: true, force: true });
  }
}

function sourceDigest() {
  const source = createHash('sha256');
  for (const path of filesOf(page)) source.update(path).update(readFileSync(path));
  source.update(readFileSync(join(root, 'package-lock.json')));
  return source.digest('hex');
}

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.name === 'dist' || entry.name === 'node_modules') return [];
      return entry.isDirectory() ? filesOf(path) : [path];
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = buildPage((text) => process.stderr.write(`${text}\n`)) ? 0 : 1;
}
