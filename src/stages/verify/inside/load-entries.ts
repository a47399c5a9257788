import type { TestOutcome } from '../../../domain/verification.ts';

export interface LoadConfiguration {
  readonly entries: readonly { readonly path: string; readonly how: 'load' | 'parse' }[];
  readonly mark: string;
  /** Milliseconds after which an entry point that still runs counts as loaded. */
  readonly patience: number;
}

/**
 * Loads each entry point in a process of its own, one after the other. Programs (`bin`) are only
 * parsed: they would do their work. A module that keeps running, as a server does, has loaded. Sent
 * into the sandbox, see script.ts.
 */
export async function loadEntries({ entries, mark, patience }: LoadConfiguration): Promise<void> {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { pathToFileURL } = process.getBuiltinModule('node:url');
  const paths = process.getBuiltinModule('node:path');
  const outcomes: Record<string, TestOutcome> = {};
  for (const { path, how } of entries) {
    const file = paths.resolve(path);
    const code = `import(${JSON.stringify(pathToFileURL(file).href)}).catch((error) => { console.error(error); process.exit(1); })`;
    const parameters = how === 'parse' ? ['--check', file] : ['-e', code];
    outcomes[path] = (await loads(parameters)) ? 'passed' : 'failed';
  }
  process.stdout.write(`\n${mark}${JSON.stringify(outcomes)}\n`);
  process.exitCode = Object.values(outcomes).includes('failed') ? 1 : 0;

  async function loads(parameters: string[]): Promise<boolean> {
    const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'inherit', 'inherit'] });
    const { promise, resolve: settle } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      settle(true);
    }, patience);
    child.on('error', () => settle(false));
    child.on('exit', (exitCode) => settle(exitCode === 0));
    const loaded = await promise;
    clearTimeout(timer);
    return loaded;
  }
}
