import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exec } from '../../src/platform/exec.ts';
import { type CliWorld, cliWorld, EXAMPLE_FEEDS, STOREFRONT } from '../support/cli.ts';
import {
  litter,
  missing,
  type PatchDocument,
  parsePatch,
  untouched,
} from '../support/small-repository.ts';

// The whole main job, as a user would: the bundled shop, the bundled feeds, the real registry.

interface Expected {
  readonly tests: number;
  readonly findings: readonly {
    readonly package: string;
    readonly version: string;
    readonly advisory: string;
    readonly scope: string;
    readonly reachability: string;
  }[];
  readonly rejected: readonly { readonly package: string; readonly to: string }[];
  readonly exploits: readonly string[];
}

interface ScanDocument {
  readonly assets: readonly {
    readonly findings: readonly {
      readonly id: string;
      readonly component: {
        readonly name: string;
        readonly version: string;
        readonly scope: string;
      };
      readonly advisory: { readonly id: string };
      readonly reachability: { readonly status: string };
    }[];
  }[];
}

const absent = await missing();
const expected = JSON.parse(
  await readFile(join(STOREFRONT, '..', 'expected.json'), 'utf8'),
) as Expected;

let world: CliWorld;
let shop: string;

beforeAll(async () => {
  world = await cliWorld();
  await world.suture(['sync', '--from', EXAMPLE_FEEDS]);
  shop = join(world.root, 'storefront');
  await cp(STOREFRONT, shop, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
  await world.git(shop, 'init', '-q', '-b', 'main');
  await world.git(shop, 'add', '-A', '-f');
  await world.git(shop, 'commit', '-q', '-m', 'The shop');
  if (absent === undefined) await install(shop);
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

/** As a developer has it: reachability looks into what is installed. */
async function install(directory: string): Promise<void> {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
  const { exitCode, stderr } = await exec(['npm', 'ci', ...flags], { cwd: directory });
  if (exitCode !== 0) throw new Error(stderr);
}

async function scan(directory: string) {
  const { stdout, exitCode } = await world.suture(['scan', directory, '--format', 'json']);
  return { exitCode, findings: (JSON.parse(stdout) as ScanDocument).assets[0]?.findings ?? [] };
}

const sorted = (rows: readonly (readonly string[])[]) => rows.map((row) => row.join(' ')).sort();

describe.skipIf(absent !== undefined)(`scan of the storefront (skipped: ${absent ?? 'no'})`, () => {
  it('finds exactly what expected.json lists, with the same reachability', async () => {
    const { findings, exitCode } = await scan(shop);
    expect(exitCode).toBe(1);
    const open = new Set(
      expected.findings
        .filter(({ reachability }) => reachability === 'any')
        .map((one) => `${one.package} ${one.version} ${one.advisory}`),
    );
    const status = (key: string, value: string) => (open.has(key) ? 'any' : value);
    const found = findings.map(({ component: { name, version, scope }, advisory, ...rest }) => {
      const key = `${name} ${version} ${advisory.id}`;
      return [key, scope, status(key, rest.reachability.status)];
    });
    const listed = expected.findings.map((one) => [
      `${one.package} ${one.version} ${one.advisory}`,
      one.scope,
      one.reachability,
    ]);
    expect(sorted(found)).toEqual(sorted(listed));
  });
});

describe.skipIf(absent !== undefined)(
  `patch of the storefront (skipped: ${absent ?? 'no'})`,
  () => {
    let report: PatchDocument;
    let before: Record<string, string>;
    let after: string;
    const evidence = () =>
      report.changes.flatMap((change) =>
        change.evidence === null ? [] : [change.evidence.replace('<root>', world.root)],
      );

    beforeAll(async () => {
      before = await untouched(shop);
      const args = ['patch', shop, '--branch', '--format', 'json'];
      const { stdout, stderr } = await world.suture(args, { timeoutMs: 900_000 });
      if (stdout === '') throw new Error(stderr);
      report = parsePatch(stdout);
      after = join(world.root, 'after');
      await world.git(shop, 'worktree', 'add', '-q', after, report.branch ?? '');
    }, 900_000);

    it('closes or explains every finding, and hands over only what is proven', async () => {
      const { findings } = await scan(shop);
      const accepted = report.changes.filter((change) => change.accepted);
      const closed = new Set(accepted.flatMap(({ closes }) => closes));
      const told = new Set([
        ...report.unfixed.map(({ finding }) => finding),
        ...report.changes.filter((change) => !change.accepted).flatMap(({ closes }) => closes),
      ]);
      const silent = findings.filter(({ id }) => !closed.has(id) && !told.has(id));
      expect(silent.map(({ advisory }) => advisory.id)).toEqual([]);
      expect(closed.size).toBeGreaterThanOrEqual(50);
      for (const change of accepted) {
        expect(change.verification).toMatchObject({ verdict: 'proven', regressions: [] });
        expect(change.confidence.value).toBeGreaterThanOrEqual(0.8);
        expect(change.verification.rescan.introduced).toEqual([]);
      }
      for (const one of report.unfixed) expect(one.why).not.toBe('');
    });

    it('gets past the upgrades that break the shop', () => {
      const taken = report.changes.flatMap(({ remedies }) => remedies);
      for (const { package: name, to } of expected.rejected) {
        expect(taken.filter((remedy) => remedy.component === name && remedy.to === to)).toEqual([]);
      }
    });

    it('sees every attack succeed before and fail after', () => {
      const { exploits } = report.changes.findLast((change) => change.accepted)?.verification ?? {};
      expect(exploits?.map(({ name }) => name).sort()).toEqual([...expected.exploits].sort());
      for (const exploit of exploits ?? []) {
        expect(exploit).toMatchObject({ before: 'succeeds', after: 'fails' });
      }
    });

    it('leaves a commit per change on the branch, and everything else as it was', async () => {
      const accepted = report.changes.filter((change) => change.accepted);
      const log = await world.git(shop, 'rev-list', '--reverse', `main..${report.branch}`);
      expect(log.split('\n')).toEqual(accepted.map(({ commit }) => commit));
      expect(await untouched(shop)).toEqual(before);
      expect(await litter(world.home, shop)).toEqual([]);
    });

    it("passes the shop's own tests, and scans clean but for what is told", async () => {
      const { findings } = await scan(after);
      const closed = new Set(
        report.changes.filter((change) => change.accepted).flatMap(({ closes }) => closes),
      );
      expect(findings.filter(({ id }) => closed.has(id))).toEqual([]);
      await install(after);
      const tested = await exec(['npm', 'test'], { cwd: after, timeoutMs: 120_000 });
      expect(tested.stdout).toMatch(
        new RegExp(`(pass|passed):? ${expected.tests}\\b|${expected.tests} pass`),
      );
      expect(tested.exitCode).toBe(0);
    }, 180_000);

    it('keeps evidence that holds, also when it is run again', async () => {
      expect(evidence().length).toBeGreaterThan(0);
      for (const path of evidence()) {
        expect(await world.suture(['verify', path])).toMatchObject({ exitCode: 0 });
      }
      const last = evidence().at(-1) ?? '';
      const replayed = await world.suture(['verify', last, '--replay', '--repository', shop], {
        timeoutMs: 300_000,
      });
      expect(replayed).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/Replay agrees/),
      });
    }, 320_000);
  },
);
