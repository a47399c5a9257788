import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CliWorld, cliWorld, EXAMPLE_FEEDS } from '../support/cli.ts';
import { litter, parsePatch, repository, untouched } from '../support/small-repository.ts';
import { type KilledRun, runAndKill } from './killing.ts';

/**
 * `runs` killed runs of `suture patch`, each in a fresh clone and home, each followed by one that is
 * left alone, which has to end as if nothing had happened.
 */
export async function* killPatch(runs: number, random: () => number): AsyncGenerator<KilledRun> {
  await using world = await cliWorld();
  await world.suture(['sync', '--from', EXAMPLE_FEEDS]);
  const original = await repository(world, 'original');
  const started = performance.now();
  const wanted = await endOf(world, original);
  const usualMs = performance.now() - started;
  for (let turn = 1; turn <= runs; turn += 1) {
    const directory = join(world.root, `turn-${turn}`);
    await cp(original, directory, { recursive: true });
    // The branch of the run that nobody killed came along.
    await world.git(directory, 'branch', '-D', wanted.branch);
    const before = await untouched(directory);
    const killed = await runAndKill(
      ['patch', directory],
      { SUTURE_HOME: world.home },
      Math.round(random() * usualMs),
    );
    const violations: string[] = [];
    if (!same(before, await untouched(directory))) violations.push('the kill changed the tree');
    violations.push(...(await brokenGit(world, directory)));
    const ended = await endOf(world, directory);
    for (const [what, one, other] of [
      ['branch', wanted.branch, ended.branch],
      ['tree', wanted.tree, ended.tree],
      ['closed', wanted.closes, ended.closes],
      ['exit code', wanted.exitCode, ended.exitCode],
    ]) {
      if (one !== other) violations.push(`${what} is ${other}, not ${one}`);
    }
    if (!same(before, await untouched(directory))) violations.push('the working tree changed');
    const branches = await world.git(directory, 'branch', '--list', 'suture/*');
    if (branches !== wanted.branch) violations.push(`branches: ${branches}`);
    const left = await litter(world.home, directory);
    if (left.length > 0) violations.push(`left behind: ${left.join(', ')}`);
    const verified = await world.suture(['verify', ended.evidence]);
    if (verified.exitCode !== 0) violations.push(`evidence: ${verified.stderr}`);
    yield { turn, ...killed, violations };
    await rm(directory, { recursive: true });
  }
}

async function endOf(world: CliWorld, directory: string) {
  const { stdout, stderr, exitCode } = await world.suture(['patch', directory, '--format', 'json']);
  if (stdout === '') throw new Error(stderr);
  const { branch, changes } = parsePatch(stdout);
  const evidence = (changes[0]?.evidence ?? '').replace('<root>', world.root);
  return {
    branch: branch ?? '',
    tree: await world.git(directory, 'rev-parse', `${branch}^{tree}`),
    closes: changes.flatMap(({ closes }) => closes).join(),
    exitCode: String(exitCode),
    evidence,
  };
}

async function brokenGit(world: CliWorld, directory: string): Promise<readonly string[]> {
  try {
    await world.git(directory, 'fsck', '--strict', '--no-dangling');
    return [];
  } catch (error) {
    return [`git fsck: ${String(error)}`];
  }
}

function same(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>) {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => one[key] === other[key]);
}
