import { spawn } from 'node:child_process';

/** Runs a program with this process's own streams, and returns its exit code. */
export async function spawnVisible(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<number> {
  const [program = '', ...args] = argv;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(program, args, { ...options, stdio: 'inherit' });
  child.on('error', reject);
  child.on('close', (code) => resolve(code ?? 1));
  return await promise;
}
