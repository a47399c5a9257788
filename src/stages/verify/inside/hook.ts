/* oxlint-disable typescript/no-explicit-any -- it reaches into modules of whatever version */
import type { TestOutcome } from '../../../domain/verification.ts';

export interface HookConfiguration {
  /** Folder that results are written to. */
  readonly results: string;
}

/**
 * Runs first in every Node process of the tests (`--require`), and makes the runner in it tell each
 * test's outcome. Sent into the sandbox, see script.ts. It survives compound scripts
 * (`lint && nyc mocha`), which added arguments do not.
 *
 * - mocha: listens to its `Runner`;
 * - jest, vitest: adds the JSON reporter to the arguments, with a file of its own;
 * - AVA: adds `--tap`; AVA, node-tap, tape: copies what they write to standard output.
 */
export function hook({ results }: HookConfiguration): void {
  const fs = process.getBuiltinModule('node:fs');
  // Taken now: tests replace them.
  const { appendFileSync, realpathSync } = fs;
  // oxlint-disable-next-line typescript/unbound-method -- called with its stream below
  const write = process.stdout.write;
  const Module = process.getBuiltinModule('node:module') as any;
  const { threadId } = process.getBuiltinModule('node:worker_threads');
  const own = `${results}/${process.pid}-${threadId}`;
  const given = process.argv[1] ?? '';
  let program = given;
  try {
    program = realpathSync(given);
  } catch {
    // `node -e`, or a file that is not there.
  }
  program = program.replaceAll('\\', '/');
  const append = (file: string, text: string | Uint8Array) => {
    try {
      appendFileSync(file, text);
    } catch {
      // No room, or the test has taken the file system away: the exit code still speaks.
    }
  };

  addArguments();
  if (process.env['TAP'] === '1' || process.env['TAP_CHILD_ID'] !== undefined) copyOutput('tap');
  const load = Module._load;
  Module._load = function (request: string, parent: unknown, ...rest: unknown[]) {
    const exported = load.call(this, request, parent, ...rest);
    if (request.endsWith('runner') || request.endsWith('runner.js')) watchMocha(exported);
    else if (request === 'tape' || request === 'tap' || request === 'libtap') {
      if (!/\/node_modules\/(?:tap|@tapjs)\//.test(program)) copyOutput(request);
    }
    return exported;
  };

  function addArguments(): void {
    const has = (flag: string) => process.argv.some((argument) => argument.startsWith(flag));
    if (
      /\/node_modules\/jest(?:-cli)?\/bin\/jest(?:\.js)?$|\/react-scripts\/scripts\/test\.js$/.test(
        program,
      )
    ) {
      if (has('--outputFile') || has('--json')) return;
      process.argv.splice(2, 0, '--json', `--outputFile=${own}.jest.json`);
    } else if (/\/node_modules\/vitest\/.*\.m?js$/.test(program) && threadId === 0) {
      if (has('--outputFile') || /^(?:bench|list|init)$/.test(process.argv[2] ?? '')) return;
      const file = `--outputFile.json=${own}.vitest.json`;
      const at = /^(?:run|watch|dev|related)$/.test(process.argv[2] ?? '') ? 3 : 2;
      process.argv.splice(at, 0, '--reporter=default', '--reporter=json', file);
    } else if (/\/node_modules\/ava\/(?:.*\/)?cli\.m?js$/.test(program)) {
      if (!has('--tap') && !process.argv.includes('-t')) process.argv.splice(2, 0, '--tap');
      copyOutput('ava');
    }
  }

  function copyOutput(runner: string): void {
    if (process.stdout.write !== write) return;
    // A runner that loads the test files into its own process does not say which it is at.
    const label = program.includes('/node_modules/') ? '' : given;
    append(`${own}.tap`, `${JSON.stringify({ runner, file: label })}\n`);
    process.stdout.write = function (this: unknown, chunk: any, ...rest: any[]) {
      if (typeof chunk === 'string' || chunk instanceof Uint8Array) append(`${own}.tap`, chunk);
      return write.call(process.stdout, chunk, ...(rest as [any, any]));
    } as typeof write;
  }

  /** `lib/runner.js` of mocha 1 to 11: an event emitter with `run`, made by the constructor. */
  function watchMocha(Runner: any): void {
    const prototype = Runner?.prototype;
    if (typeof prototype?.run !== 'function' || typeof prototype.runSuite !== 'function') return;
    if (Object.hasOwn(prototype.run, 'suture')) return;
    const run = prototype.run;
    prototype.run = function (...parameters: unknown[]) {
      // The tests run in other processes, whose runners know more of them.
      if (this.isParallelMode?.() === true) return run.apply(this, parameters);
      this.on('pass', (test: any) => tell(test, 'passed'));
      this.on('fail', (test: any) => tell(test, 'failed'));
      this.on('pending', (test: any) => tell(test, 'skipped'));
      return run.apply(this, parameters);
    };
    prototype.run.suture = true;
  }

  function tell(test: any, outcome: TestOutcome): void {
    const names: string[] = [];
    let file: string = test.file ?? '';
    for (let at = test; at !== undefined && at !== null; at = at.parent) {
      if (at.title) names.unshift(String(at.title));
      file ||= at.file ?? '';
    }
    append(`${own}.jsonl`, `${JSON.stringify({ runner: 'mocha', file, names, outcome })}\n`);
  }
}
