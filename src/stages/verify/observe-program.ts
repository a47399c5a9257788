import { collect } from './inside/collect.ts';
import { measureCoverage } from './inside/coverage.ts';
import { hook } from './inside/hook.ts';
import { parseJunit } from './inside/junit.ts';
import { nodeTestReporter } from './inside/node-test-reporter.ts';
import { observe } from './inside/observe.ts';
import { programOf, RESULT_MARK } from './inside/script.ts';
import { parseTap } from './inside/tap.ts';

/** Replaced inside the sandbox by the folder that results are written to. */
const RESULTS = '@RESULTS@';

/**
 * The program that runs a test command under observation.
 *
 * @param coverage As for `runProject`.
 * @param ownReporters Whether the project sets node:test's reporters itself.
 */
export function observeProgram(
  argv: readonly string[],
  coverage: boolean | readonly string[],
  ownReporters: boolean,
): string {
  const preloads = [programOf(hook, { results: RESULTS }, {})];
  if (coverage !== false) {
    const packages = coverage === true ? [] : coverage;
    preloads.push(programOf(measureCoverage, { results: RESULTS, packages }, {}));
  }
  const reporter = `module.exports = (source) => (${String(nodeTestReporter)})(source, '${RESULTS}');`;
  return programOf(
    observe,
    {
      argv,
      mark: RESULT_MARK,
      preloads,
      ...(ownReporters ? {} : { nodeTestReporter: reporter }),
    },
    { collect, parseTap, parseJunit },
  );
}
