/** Programs measured from outside: start to end, as who calls them waits for them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Subject {
  readonly name: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly runs: number;
  /** Called before each run, unmeasured. */
  readonly prepare?: () => void;
}

export interface Measurement {
  readonly name: string;
  readonly medianMs: number;
  /** Of few runs, this is the worst of them. */
  readonly p95Ms: number;
  /** Both of one more run, as looking costs time; of Node processes only. */
  readonly processorMs: number;
  readonly peakMegabytes: number;
  readonly stdout: string;
}

/**
 * Runs all subjects in turn, so that whatever else the machine does meets them alike. An exit code
 * of 1 is an answer ("findings", "problems in the tree"), anything above throws.
 */
export function measureInTurn(subjects: readonly Subject[], scratch: string): Measurement[] {
  const samples = subjects.map((): number[] => []);
  const most = Math.max(...subjects.map(({ runs }) => runs));
  for (let round = 0; round < most; round += 1) {
    for (const [at, subject] of subjects.entries()) {
      if (round >= subject.runs) continue;
      subject.prepare?.();
      const started = performance.now();
      run(subject);
      samples[at]?.push(performance.now() - started);
    }
  }
  return subjects.map((subject, at) => {
    const sorted = (samples[at] ?? []).sort((a, b) => a - b);
    const quantile = (q: number) => sorted[Math.ceil(q * sorted.length) - 1] ?? Number.NaN;
    const medianMs = quantile(0.5);
    const p95Ms = quantile(0.95);
    subject.prepare?.();
    return { name: subject.name, medianMs, p95Ms, ...withUse(subject, scratch) };
  });
}

function run({ argv, cwd, env }: Subject): string {
  const [program = '', ...args] = argv;
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  if (status === null || status > 1) throw new Error(`${argv.join(' ')}: ${stderr}`);
  return stdout;
}

function withUse(
  subject: Subject,
  scratch: string,
): Pick<Measurement, 'peakMegabytes' | 'processorMs' | 'stdout'> {
  const file = join(scratch, 'used');
  rmSync(file, { force: true });
  const hook = pathToFileURL(join(import.meta.dirname, 'used.mjs')).href;
  const env = { ...subject.env, SUTURE_BENCH_USED: file, NODE_OPTIONS: `--import=${hook}` };
  const stdout = run({ ...subject, env });
  const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  const used = text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Used);
  return {
    peakMegabytes: Math.max(...used.map(({ peakBytes }) => peakBytes)) / 1e6,
    processorMs: used.reduce((sum, { processorMs }) => sum + processorMs, 0),
    stdout,
  };
}

/** A line of used.mjs. */
interface Used {
  readonly peakBytes: number;
  readonly processorMs: number;
}
