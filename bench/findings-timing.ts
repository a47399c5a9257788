/** Asking questions again and again, and saying how long it took. */

export interface Question {
  readonly name: string;
  readonly ask: () => Promise<unknown>;
  /** The same, as one would ask it first. */
  readonly naive?: () => Promise<unknown>;
}

export function heading(title: string): void {
  console.log(`\n${title}\n`);
  console.log(
    '| questions | how many | p50 ms | p95 ms | max ms | slowest by its p95 | naive p50 | naive max |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
}

/** The baseline is slow: of many questions it is asked some, evenly spread. */
const MOST_NAIVE = 40;

/** Asks each question so many times, and the baseline once. */
export async function report(
  title: string,
  questions: readonly Question[],
  runs: number,
): Promise<void> {
  const all: number[] = [];
  const naive: number[] = [];
  let slowest = { name: '', p95: 0 };
  const step = Math.ceil(questions.length / MOST_NAIVE);
  for (const [index, { name, ask, naive: askNaively }] of questions.entries()) {
    // The first time, pages come from the disk and plans are made: as for the first user of the day.
    await ask();
    const times: number[] = [];
    for (let run = 0; run < runs; run++) times.push(await timed(ask));
    all.push(...times);
    const p95 = percentile(times, 0.95);
    if (p95 > slowest.p95) slowest = { name, p95 };
    if (askNaively !== undefined && index % step === 0) naive.push(await timed(askNaively));
  }
  const cells = [
    title,
    questions.length,
    ...[0.5, 0.95, 1].map((share) => percentile(all, share).toFixed(0)),
    `${slowest.p95.toFixed(0)} (${slowest.name})`,
    ...[0.5, 1].map((share) => (naive.length === 0 ? '' : percentile(naive, share).toFixed(0))),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

export async function timed(ask: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await ask();
  return performance.now() - started;
}

/** The smallest of the numbers that so large a share of them does not exceed. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? Number.NaN;
}
