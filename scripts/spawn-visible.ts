import { spawn } from 'node:child_process';

/** Runs a program in plain sight, and returns its exit code and what it printed to stdout. */
export async function spawnVisible(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ readonly exitCode: number; readonly stdout: string }> {
  const [program = '', ...args] = argv;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const env = process.stdout.isTTY ? { FORCE_COLOR: '1', ...options.env } : options.env;
  const child = spawn(program, args, {
    cwd: options.cwd,
    env,
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    process.stdout.write(chunk);
  });
  child.on('error', reject);
  child.on('close', (code) => resolve(code ?? 1));
  return { exitCode: await promise, stdout };
}
