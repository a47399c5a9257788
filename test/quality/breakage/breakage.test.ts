import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser, moduleFacts } from '../../../src/stages/javascript/module-facts.ts';
import { breakageSigns } from '../../../src/stages/plan/breakage/signs.ts';
import { packageUses } from '../../../src/stages/plan/breakage/uses.ts';
import { type Pair, pairs } from './pairs.ts';
import { type Published, publishedVersion } from './published.ts';

// How well signs of breakage tell real breaking bumps from harmless ones. Needs the npm registry.

/** Below this the signs of one bump say too little to count as a warning. */
const WARNING = 0.8;

interface Judged extends Pair {
  /** Sum of the signs' weights without `major`, which only says how far the bump goes. */
  readonly weight: number;
  readonly kinds: readonly string[];
  readonly milliseconds: number;
}

const reachable = await publishedVersion('ms', '2.1.3').then(
  () => true,
  () => false,
);

describe.skipIf(!reachable)('signs of breakage on real bumps (skipped without a registry)', () => {
  const judged: Judged[] = [];

  beforeAll(async () => {
    await loadParser();
    const known = new Map<string, Promise<Published>>();
    const fetched = (name: string, version: string) => {
      const key = `${name}@${version}`;
      const found = known.get(key) ?? publishedVersion(name, version);
      known.set(key, found);
      return found;
    };
    for (const pair of pairs) {
      const from = await fetched(pair.package, pair.from);
      const to = await fetched(pair.package, pair.to);
      judged.push(judge(pair, from, to));
    }
  }, 300_000);

  it('warns of most that break, and of nothing else', () => {
    const breaking = judged.filter(({ breaks }) => breaks !== undefined);
    const harmless = judged.filter(({ breaks }) => breaks === undefined);
    const hits = breaking.filter(({ weight }) => weight >= WARNING);
    const misses = breaking.filter(({ weight }) => weight < WARNING);
    const falseSigns = harmless.filter(({ weight }) => weight > 0);
    const slowest = Math.max(...judged.map(({ milliseconds }) => milliseconds));
    process.stdout.write(
      `breakage signs: ${hits.length} of ${breaking.length} breaking bumps warned of, ` +
        `${falseSigns.length} false among ${harmless.length} harmless; slowest ${slowest.toFixed(0)} ms\n` +
        [
          ...misses.map((one) => `  missed: ${told(one)}\n`),
          ...falseSigns.map((one) => `  false: ${told(one)}\n`),
        ].join(''),
    );
    expect(hits.length / breaking.length).toBeGreaterThanOrEqual(0.9);
    expect(falseSigns.filter(({ weight }) => weight >= WARNING)).toEqual([]);
    expect(falseSigns.length / harmless.length).toBeLessThanOrEqual(0.1);
    expect(slowest).toBeLessThan(2000);
  });
});

function judge(pair: Pair, from: Published, to: Published): Judged {
  const started = performance.now();
  const signs = breakageSigns({
    package: pair.package,
    from: from.version,
    to: to.version,
    fromFiles: from.files,
    toFiles: to.files,
    uses: packageUses([moduleFacts('src/app.js', pair.code)], pair.package, pair.type),
    nodeFloor: '20.0.0',
    installed: new Map(),
  }).filter(({ kind }) => kind !== 'major');
  return {
    ...pair,
    weight: signs.reduce((sum, { weight }) => sum + weight, 0),
    kinds: signs.map(({ kind }) => kind),
    milliseconds: performance.now() - started,
  };
}

function told({ package: name, from, to, code, kinds, breaks }: Judged): string {
  return `${name} ${from} → ${to}, ${code}: ${kinds.join(', ') || 'no sign'}${breaks === undefined ? '' : ` (${breaks})`}`;
}
