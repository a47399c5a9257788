import type { TestOutcome } from '../../../domain/verification.ts';

interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name: string;
    readonly nesting: number;
    readonly file?: string;
    readonly skip?: unknown;
    readonly todo?: unknown;
    readonly details?: { readonly type?: string };
  };
}

/**
 * A reporter for node:test that appends each outcome to a file and prints nothing. Sent into the
 * sandbox, see script.ts. Events come in the order of definition (Node.js, `test:start`), so the
 * titles above a test are the last ones started at each lower nesting of its file.
 */
export async function* nodeTestReporter(
  source: AsyncIterable<TestEvent>,
  results: string,
): AsyncGenerator<string> {
  const { appendFileSync } = process.getBuiltinModule('node:fs');
  const titles = new Map<string, string[]>();
  for await (const { type, data } of source) {
    const file = data.file ?? '';
    const path = titles.get(file) ?? [];
    titles.set(file, path);
    if (type === 'test:start') {
      path.length = Math.min(path.length, data.nesting);
      path[data.nesting] = data.name;
    }
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details?.type === 'suite') continue;
    const outcome: TestOutcome =
      (data.skip ?? false) !== false || (data.todo ?? false) !== false
        ? 'skipped'
        : type === 'test:pass'
          ? 'passed'
          : 'failed';
    const names = [...path.slice(0, data.nesting), data.name];
    const line = JSON.stringify({ runner: 'node:test', file, names, outcome });
    try {
      appendFileSync(`${results}/node-test.jsonl`, `${line}\n`);
    } catch {
      // No room left: the exit code still speaks.
    }
  }
  yield '';
}
