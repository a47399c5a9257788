/**
 * How long it takes to read a lockfile of 1,500 packages into components, for each format, beside
 * parsing the same text alone with the usual parser: JSON.parse, or the `yaml` package.
 *
 *   node bench/discover.ts [PACKAGES]
 *
 * "first" is the first read in a fresh process, modules loaded and nothing warm: what a scan pays.
 * "again" is the median of 9 more reads in that process.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { npmEcosystem } from '../src/plugins/ecosystems/npm/index.ts';
import type { SourceTree } from '../src/ports/source-tree.ts';
import { componentsOf } from '../src/stages/discover/components.ts';
import { type Format, formats, writeLockfile } from './lockfiles.ts';

const DEFAULT_PACKAGES = 1500;
const RUNS = 9;

interface Timing {
  readonly first: number;
  readonly again: number;
  readonly components: number;
}

async function time(run: () => Promise<number>): Promise<Timing> {
  const samples: number[] = [];
  let components = 0;
  for (let at = 0; at <= RUNS; at += 1) {
    const started = performance.now();
    components = await run();
    samples.push(performance.now() - started);
  }
  const [first = 0, ...more] = samples;
  return { first, again: more.sort((a, b) => a - b)[RUNS >> 1] ?? 0, components };
}

async function measure(format: Format, packages: number, baseline: boolean): Promise<Timing> {
  const files = writeLockfile(format, packages);
  const text = files.get(format.file) ?? '';
  if (baseline) {
    const json = format.baseline === 'JSON.parse';
    // bun ends its lists with commas, which JSON.parse refuses.
    const plain = json ? text.replaceAll(/,(?=\s*[}\]])/g, '') : text;
    return await time(() =>
      Promise.resolve(Object.keys(json ? JSON.parse(plain) : parse(plain)).length),
    );
  }
  const tree: SourceTree = {
    list: () => Promise.resolve([...files.keys()]),
    read: (path) => Promise.resolve(files.get(path)),
  };
  return await time(async () => {
    const { graph } = await npmEcosystem.read(format.file, tree);
    return componentsOf(graph, npmEcosystem).length;
  });
}

function inFreshProcess(format: Format, packages: number, baseline: boolean): Timing {
  const argv = [fileURLToPath(import.meta.url), String(packages), format.id, String(baseline)];
  return JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8' })) as Timing;
}

const [packages = String(DEFAULT_PACKAGES), only, baseline] = process.argv.slice(2);
const one = formats.find(({ id }) => id === only);
if (one !== undefined) {
  console.log(JSON.stringify(await measure(one, Number(packages), baseline === 'true')));
} else {
  console.log(`Lockfiles of ${packages} packages, milliseconds\n`);
  console.log('| format | KB | components | first | again | baseline | first | again |');
  console.log('|---|---|---|---|---|---|---|---|');
  for (const format of formats) {
    const size = (writeLockfile(format, Number(packages)).get(format.file) ?? '').length;
    const ours = inFreshProcess(format, Number(packages), false);
    const plain =
      format.baseline === 'none' ? undefined : inFreshProcess(format, Number(packages), true);
    const cells = [
      format.id,
      Math.round(size / 1024),
      ours.components,
      ours.first.toFixed(1),
      ours.again.toFixed(1),
      format.baseline,
      plain?.first.toFixed(1) ?? '',
      plain?.again.toFixed(1) ?? '',
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
