/**
 * Code that runs inside the sandbox, next to what it watches, where nothing of Suture is. It is
 * ordinary, checked TypeScript; its text is what is sent. So each function of this folder must stand
 * on its own: no imports but types, no names from outside but globals, other functions as
 * parameters, built-in modules through `process.getBuiltinModule`.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- of any shape: only its text is used
type Sendable = (...parameters: any[]) => unknown;

/**
 * A CommonJS program that calls `main(configuration, tools)`. The configuration must survive JSON.
 *
 * @param tools Functions that `main` needs, by their own names.
 */
export function programOf<Configuration, Tools extends Readonly<Record<string, Sendable>>>(
  main: (configuration: Configuration, tools: Tools) => unknown,
  configuration: Configuration,
  tools: Tools,
): string {
  const definitions = Object.entries(tools).map(([name, tool]) => `${name}: ${String(tool)}`);
  return `'use strict';\n(${String(main)})(${JSON.stringify(configuration)}, {\n${definitions.join(',\n')}\n});\n`;
}

/** Starts the line of standard output that carries a program's result. */
export const RESULT_MARK = '\u0001suture-result ';

/**
 * Takes the result of a program out of its standard output. It is the last such line: what ran
 * before may have written one too. Whoever runs inside may forge it, so it is data to be judged
 * beside the exit code, never instead of it.
 */
export function takeResult(stdout: string): { output: string; result: unknown } {
  const at = stdout.lastIndexOf(RESULT_MARK);
  if (at === -1) return { output: stdout, result: undefined };
  const end = stdout.indexOf('\n', at);
  const text = stdout.slice(at + RESULT_MARK.length, end === -1 ? undefined : end);
  try {
    return { output: stdout.slice(0, at), result: JSON.parse(text) };
  } catch {
    return { output: stdout.slice(0, at), result: undefined };
  }
}
