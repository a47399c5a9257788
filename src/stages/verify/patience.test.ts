import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../domain/verification.ts';
import { patience } from './patience.ts';

const run = (...milliseconds: number[]): RunResult => ({
  runner: 'exit-code',
  tests: {},
  commands: milliseconds.map((durationMs) => ({
    step: 'test',
    argv: ['npm', 'test'],
    exitCode: 0,
    timedOut: false,
    durationMs,
    outputTail: '',
  })),
});

describe('patience', () => {
  it.each([
    ['a minute for quick tests', [run(300), run(900)], 600, 60],
    ['five times the slowest command of all runs', [run(1000, 20_000), run(30_100)], 600, 151],
    ['never more than the limit', [run(400_000)], 600, 600],
    ['never more than a short limit', [run(300)], 20, 20],
    ['the limit where nothing was run', [], 600, 600],
    ['the limit where no command was run', [run()], 600, 600],
  ])('%s', (_case, baseline, limit, seconds) => {
    expect(patience(baseline, limit)).toBe(seconds);
  });
});
