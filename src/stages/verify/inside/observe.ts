import type { CollectTools, collect } from './collect.ts';

export interface ObserveConfiguration {
  readonly argv: readonly string[];
  readonly mark: string;
  /** Text of the preloaded programs, with `@RESULTS@` where the folder's path goes. */
  readonly preloads: readonly string[];
  /** Text of node:test's reporter, likewise; absent where the project names its own. */
  readonly nodeTestReporter?: string;
}

export interface ObserveTools extends CollectTools {
  readonly collect: typeof collect;
}

/**
 * Runs the test command with every Node process in it observed, and writes what was seen as the last
 * line of standard output. Ends as the command ended, by the same code or signal. Sent into the
 * sandbox together with `collect`, see script.ts.
 *
 * NODE_OPTIONS carries the preloads; a `node` in front of PATH adds them again for scripts that set
 * NODE_OPTIONS themselves.
 */
export function observe(configuration: ObserveConfiguration, tools: ObserveTools): void {
  const fs = process.getBuiltinModule('node:fs');
  const os = process.getBuiltinModule('node:os');
  const { spawn } = process.getBuiltinModule('node:child_process');
  const started = Date.now();
  const folder = fs.mkdtempSync(`${os.tmpdir()}/suture-observe-`);
  const results = `${folder}/results`;
  const bin = `${folder}/bin`;
  fs.mkdirSync(results);
  fs.mkdirSync(bin);
  const place = (name: string, text: string) => {
    fs.writeFileSync(`${folder}/${name}`, text.replaceAll('@RESULTS@', results));
    return `${folder}/${name}`;
  };
  const options = configuration.preloads.map(
    (text, index) => `--require=${place(`preload-${index}.cjs`, text)}`,
  );
  if (configuration.nodeTestReporter !== undefined) {
    options.push(
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${place('reporter.cjs', configuration.nodeTestReporter)}`,
      // It prints nothing, but Node syncs its file to disk, which a device does not allow.
      `--test-reporter-destination=${folder}/reporter.out`,
    );
  }
  const ours = options.join(' ');
  fs.writeFileSync(
    `${bin}/node`,
    `#!/bin/sh\ncase "$NODE_OPTIONS" in *${folder}*) ;; *) export NODE_OPTIONS="$NODE_OPTIONS ${ours}" ;; esac\nexec '${process.execPath}' "$@"\n`,
    { mode: 0o755 },
  );
  const [program = '', ...parameters] = configuration.argv;
  const child = spawn(program, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: ours, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
  });
  const kept: Buffer[] = [];
  let keptBytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk);
    keptBytes += chunk.length;
    if (keptBytes < 8 * 1024 * 1024) kept.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  child.on('error', (error: NodeJS.ErrnoException) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(error.code === 'ENOENT' ? 127 : 126);
  });
  let finished = false;
  const finish = (code: number | null, signal: NodeJS.Signals | null) => {
    if (finished) return;
    finished = true;
    const stdout = Buffer.concat(kept).toString('utf8');
    const project = process.cwd();
    const observation = tools.collect({ results, project, since: started, stdout }, tools);
    fs.rmSync(folder, { recursive: true, force: true });
    process.stdout.write(`\n${configuration.mark}${JSON.stringify(observation)}\n`, () => {
      if (signal === null) process.exit(code ?? 1);
      process.kill(process.pid, signal);
      // A signal that does not end this process must not look like success.
      setTimeout(() => process.exit(1), 1000);
    });
  };
  child.on('close', finish);
  // A daemon that keeps the streams open must not keep us.
  child.on('exit', (code, signal) => setTimeout(() => finish(code, signal), 1000));
}
