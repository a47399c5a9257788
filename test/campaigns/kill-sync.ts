import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dumpIndex } from '../support/advisories.ts';
import { type CliWorld, cliWorld, EXAMPLE_FEEDS } from '../support/cli.ts';
import { type KilledRun, runAndKill } from './killing.ts';

/**
 * `runs` killed runs of `suture sync` that would replace an index. After the kill either the old or
 * the new index answers, whole; after the next sync the new one does, and nothing else is left.
 */
export async function* killSync(runs: number, random: () => number): AsyncGenerator<KilledRun> {
  await using world = await cliWorld();
  const newFeeds = await moreFeeds(world);
  await world.suture(['sync', '--from', EXAMPLE_FEEDS]);
  const oldHome = join(world.root, 'old-home');
  await cp(world.home, oldHome, { recursive: true });
  const old = await indexOf(world.home);
  const started = performance.now();
  await world.suture(['sync', '--from', newFeeds]);
  const usualMs = performance.now() - started;
  const wanted = await indexOf(world.home);
  const wantedFiles = await filesOf(world.home);

  for (let turn = 1; turn <= runs; turn += 1) {
    const home = join(world.root, `home-${turn}`);
    await cp(oldHome, home, { recursive: true });
    const env = { SUTURE_HOME: home };
    const killed = await runAndKill(
      ['sync', '--from', newFeeds],
      env,
      Math.round(random() * usualMs),
    );
    const violations: string[] = [];
    const meanwhile = await indexOf(home);
    if (meanwhile !== old && meanwhile !== wanted) violations.push('a half index is in use');
    const again = await world.suture(['sync', '--from', newFeeds], { env });
    if (again.exitCode !== 0) violations.push(`sync after it: ${again.stderr}`);
    if ((await indexOf(home)) !== wanted) violations.push('the index differs');
    const files = await filesOf(home);
    if (files !== wantedFiles) violations.push(`files: ${files}`);
    yield { turn, ...killed, violations };
    await rm(home, { recursive: true });
  }
}

/** The bundled feeds and some thousands of made-up records, so that there is time to be killed in. */
async function moreFeeds(world: CliWorld): Promise<string> {
  const folder = join(world.root, 'feeds');
  await cp(EXAMPLE_FEEDS, folder, { recursive: true });
  await mkdir(join(folder, 'osv', 'npm'), { recursive: true });
  for (let number = 0; number < 3000; number += 1) {
    const id = `MAL-2099-${number}`;
    const affected = [
      {
        package: { ecosystem: 'npm', name: `package-${number % 500}` },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
      },
    ];
    const record = { id, modified: '2026-01-01T00:00:00Z', affected };
    await writeFile(join(folder, 'osv', 'npm', `${id}.json`), JSON.stringify(record));
  }
  return folder;
}

/** Everything in it but when it was looked at last. */
async function indexOf(home: string): Promise<string> {
  const index = await dumpIndex(home);
  return JSON.stringify(index, (key, value: unknown) => (key === 'syncedAt' ? '' : value));
}

/** Names under advisories/, generations counted and not named: a killed one may take a number. */
async function filesOf(home: string): Promise<string> {
  const names = await readdir(join(home, 'advisories'));
  return names
    .map((name) => name.replace(/^gen-\d+$/, 'gen'))
    .sort()
    .join();
}
