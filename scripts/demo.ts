/**
 * The main job on the bundled shop, with nothing but the npm registry: sync our example feeds, scan,
 * explain the finding on top, patch, look at the branch, scan the branch, check the evidence.
 * Everything happens in .cache/demo/, made anew each time; look around in it afterwards.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { exec } from '../src/platform/exec.ts';
import { spawnVisible } from './spawn-visible.ts';

const root = join(import.meta.dirname, '..');
const cache = join(root, '.cache', 'demo');
const shop = join(cache, 'storefront');
const home = join(cache, 'home');
const started = performance.now();

/** What a person sees, kept for the README's picture (scripts/picture.ts). */
let transcript = '';

function tell(text: string): void {
  console.log(text);
  transcript += `${text}\n`;
}

function title(text: string): void {
  tell(`\n━━ ${text} ${'━'.repeat(Math.max(0, 76 - text.length))}\n`);
}

/** Runs a step for real; any other exit code than those expected ends the demo. */
async function run(
  argv: readonly string[],
  cwd: string,
  expected: readonly number[],
): Promise<void> {
  const [program = '', ...args] = argv;
  const shown = args.map((word) => (word.startsWith('/') ? relative(cwd, word) || '.' : word));
  tell(`$ ${[basename(program), ...shown].join(' ')}\n`);
  const env = { ...process.env, SUTURE_HOME: home };
  const { exitCode, stdout } = await spawnVisible(argv, { cwd, env });
  transcript += stdout;
  if (expected.includes(exitCode)) return;
  console.error(`\nThe demo stopped: exit code ${exitCode}.`);
  process.exit(exitCode === 0 ? 1 : exitCode);
}

async function quietly(argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await exec(argv, { cwd: shop });
  if (exitCode === 0) return stdout;
  console.error(`${argv.join(' ')} failed:\n${stderr}`);
  process.exit(2);
}

const suture = join(root, 'bin', 'suture');

await rm(cache, { recursive: true, force: true });
await mkdir(cache, { recursive: true });
await cp(join(root, 'examples', 'storefront'), shop, {
  recursive: true,
  filter: (path) => !path.includes('node_modules'),
});
const author = ['-c', 'user.name=Shop', '-c', 'user.email=shop@example.com'];
await quietly(['git', 'init', '-q', '-b', 'main']);
await quietly(['git', 'add', '-A']);
await quietly(['git', ...author, 'commit', '-q', '-m', 'The shop as it is']);
title('A shop with years-old dependencies');
await run(
  ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
  shop,
  [0],
);

title('1. What is known: sync the example feeds');
await run([suture, 'sync', '--from', join(root, 'examples', 'feeds')], shop, [0]);

title('2. What matters: scan');
await run([suture, 'scan', '.'], shop, [1]);

title('3. Why the first one matters: explain');
const scan = await exec([suture, 'scan', '.', '--format', 'json'], {
  cwd: shop,
  env: { ...process.env, SUTURE_HOME: home },
});
const report = JSON.parse(scan.stdout) as { assets: { findings: { id: string }[] }[] };
const first = report.assets[0]?.findings[0]?.id;
if (first === undefined) throw new Error('the shop has findings');
await run([suture, 'explain', first], shop, [0]);

title('4. The patch, proven: patch');
await run([suture, 'patch', '.'], shop, [1]);

title('5. The branch, scanned again');
const branches = await quietly([
  'git',
  'branch',
  '--list',
  'suture/*',
  '--format=%(refname:short)',
]);
const branch = branches.trim().split('\n')[0] ?? '';
await run(['git', '--no-pager', 'log', '--stat', '--format=%h %s%n', `main..${branch}`], shop, [0]);
await quietly(['git', 'worktree', 'add', '-q', '--detach', join(cache, 'patched'), branch]);
await run([suture, 'scan', join(cache, 'patched', 'package-lock.json')], shop, [0, 1]);

title('6. The evidence: verify');
const evidence = await newestEvidence();
await run([suture, 'verify', evidence], shop, [0]);

console.log(`\nDone in ${Math.round((performance.now() - started) / 1000)} s. Look around:`);
console.log(`  cd ${relative(process.cwd(), shop)} && git log -p ${branch}`);
console.log(
  `  SUTURE_HOME=${relative(process.cwd(), home)} bin/suture verify --replay --repository ${relative(process.cwd(), shop)} ${relative(process.cwd(), evidence)}`,
);

await writeFile(join(cache, 'transcript.txt'), transcript);

/** The statement that the log of verdicts names last. */
async function newestEvidence(): Promise<string> {
  const lines = (await readFile(join(home, 'outcomes.jsonl'), 'utf8')).trim().split('\n');
  const { change } = JSON.parse(lines.at(-1) ?? '{}') as { change?: string };
  return join(home, 'evidence', change ?? '', 'statement.dsse.json');
}
