import type { TestOutcome } from '../../../domain/verification.ts';
import type { parseJunit } from './junit.ts';
import type { Observation } from './observation.ts';
import type { parseTap } from './tap.ts';

export interface CollectConfiguration {
  /** Folder with what the preloaded programs wrote. */
  readonly results: string;
  readonly project: string;
  /** When the tests began, in milliseconds since the epoch: older reports are not theirs. */
  readonly since: number;
  /** Standard output of the tests, bounded. */
  readonly stdout: string;
}

export interface CollectTools {
  readonly parseTap: typeof parseTap;
  readonly parseJunit: typeof parseJunit;
}

/** The parts of jest's and vitest's JSON report that are read. */
interface JestReport {
  readonly testResults?: readonly {
    readonly name?: string;
    readonly status?: string;
    readonly assertionResults?: readonly {
      readonly ancestorTitles?: readonly string[];
      readonly title?: string;
      readonly status?: string;
    }[];
  }[];
}

/**
 * Joins what all processes of a test command told. Sent into the sandbox, see script.ts.
 *
 * A name that was told several times keeps its worst outcome. All of it is bounded, and none of it
 * is trusted: the exit code is judged beside it.
 */
export function collect(
  { results, project, since, stdout }: CollectConfiguration,
  { parseTap, parseJunit }: CollectTools,
): Observation {
  const fs = process.getBuiltinModule('node:fs');
  const path = process.getBuiltinModule('node:path');
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const MAX_TESTS = 50_000;
  const MAX_NAME = 400;
  const MAX_FILE = 64 * 1024 * 1024;
  const runners = new Set<string>();
  const tests = new Map<string, TestOutcome>();
  const functions = new Map<string, { run: Set<string>; seen: Set<string> }>();
  let uncovered = 0;
  const rank = { failed: 2, passed: 1, skipped: 0 };

  const add = (runner: string, file: string, names: readonly string[], outcome: TestOutcome) => {
    const name = [place(file), ...names].filter(Boolean).join(' › ').slice(0, MAX_NAME);
    const known = tests.get(name);
    if (!(outcome in rank) || (known !== undefined && rank[known] >= rank[outcome])) return;
    if (tests.size >= MAX_TESTS && known === undefined) return;
    runners.add(runner);
    tests.set(name, outcome);
  };

  for (const name of list(results)) {
    const text = read(`${results}/${name}`);
    try {
      if (name.endsWith('.jsonl')) readLines(text);
      else if (name.endsWith('.jest.json')) readJest('jest', JSON.parse(text));
      else if (name.endsWith('.vitest.json')) readJest('vitest', JSON.parse(text));
      else if (name.endsWith('.tap')) readTap(text);
      else if (name.endsWith('.coverage')) {
        if (text === '') uncovered += 1;
        else readCoverage(JSON.parse(text));
      }
    } catch {
      // A process that was ended while it wrote.
    }
  }
  if (tests.size === 0) readFallbacks();
  return {
    runners: [...runners].sort(),
    tests: Object.fromEntries(tests),
    uncovered,
    coverage: Object.fromEntries(
      [...functions].map(([name, { run, seen }]) => [
        name,
        { functionsRun: run.size, functionsSeen: seen.size },
      ]),
    ),
  };

  function readLines(text: string): void {
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const { runner, file, names, outcome } = JSON.parse(line) as {
        runner: string;
        file: string;
        names: string[];
        outcome: TestOutcome;
      };
      // node:test reports a file without tests of its own as one test of that name.
      add(runner, names[0] === file ? '' : file, names.map(place), outcome);
    }
  }

  function readJest(runner: string, report: JestReport): void {
    for (const suite of report.testResults ?? []) {
      const file = suite.name ?? '';
      const cases = suite.assertionResults ?? [];
      if (cases.length === 0 && suite.status === 'failed') add(runner, file, ['(suite)'], 'failed');
      for (const { ancestorTitles = [], title = '', status } of cases) {
        const known = status === 'passed' || status === 'failed';
        add(runner, file, [...ancestorTitles, title], known ? status : 'skipped');
      }
    }
  }

  function readTap(text: string): void {
    const end = text.indexOf('\n');
    const { runner, file } = JSON.parse(text.slice(0, end)) as { runner: string; file: string };
    for (const [name, outcome] of parseTap(text.slice(end + 1))) add(runner, file, [name], outcome);
  }

  function readCoverage(
    packages: Record<string, Record<string, { run: string[]; seen: string[] }>>,
  ): void {
    for (const [name, files] of Object.entries(packages)) {
      const total = functions.get(name) ?? { run: new Set(), seen: new Set() };
      functions.set(name, total);
      for (const [file, { run, seen }] of Object.entries(files)) {
        for (const at of seen) total.seen.add(`${file}:${at}`);
        for (const at of run) total.run.add(`${file}:${at}`);
      }
    }
  }

  /** A report that the project makes itself, or TAP on standard output. */
  function readFallbacks(): void {
    for (const file of reports(project, 3)) {
      for (const [name, outcome] of parseJunit(read(file))) add('junit', '', [name], outcome);
    }
    if (tests.size > 0 || !/^(?:TAP version \d+|1\.\.\d+)\s*$/m.test(stdout)) return;
    for (const [name, outcome] of parseTap(stdout)) add('tap', '', [name], outcome);
  }

  function reports(folder: string, depth: number): string[] {
    return list(folder).flatMap((name) => {
      const file = `${folder}/${name}`;
      const info = fs.lstatSync(file, { throwIfNoEntry: false });
      if (info?.isDirectory()) {
        return depth > 0 && name !== 'node_modules' && name !== '.git'
          ? reports(file, depth - 1)
          : [];
      }
      const fits = /(?:junit|test-?results?|x?unit).*\.xml$/i.test(name);
      return fits && info?.isFile() && info.mtimeMs >= since ? [file] : [];
    });
  }

  function list(folder: string): string[] {
    try {
      return fs.readdirSync(folder).sort();
    } catch {
      return [];
    }
  }

  function read(file: string): string {
    const info = fs.lstatSync(file, { throwIfNoEntry: false });
    return info?.isFile() && info.size <= MAX_FILE ? fs.readFileSync(file, 'utf8') : '';
  }

  /** Paths become relative to the project: the copies are in different places. */
  function place(file: string): string {
    const full = file.startsWith('file:') ? fileURLToPath(file) : file;
    return path.isAbsolute(full) ? path.relative(project, full).replaceAll('\\', '/') : full;
  }
}
