export interface CoverageConfiguration {
  readonly results: string;
  /** Names of the packages to look at; empty: all. */
  readonly packages: readonly string[];
}

/**
 * Counts, in every Node process of the tests, which functions of installed packages run. Sent into
 * the sandbox, see script.ts.
 *
 * It asks V8 through the inspector instead of NODE_V8_COVERAGE: that one leaves out code that jest
 * and others run in contexts of their own, writes hundreds of megabytes, and a project that uses c8
 * takes it for itself. `getBestEffortCoverage` does not reset the counters, so the project's own
 * coverage stays right; it is exact while precise coverage is on (Chrome DevTools Protocol,
 * Profiler domain).
 */
export function measureCoverage({ results, packages }: CoverageConfiguration): void {
  const fs = process.getBuiltinModule('node:fs');
  const { readFileSync, writeFileSync } = fs;
  const { Session } = process.getBuiltinModule('node:inspector');
  const { threadId } = process.getBuiltinModule('node:worker_threads');
  const session = new Session();
  try {
    session.connect();
    session.post('Profiler.enable');
    // With NODE_V8_COVERAGE it is on already, in blocks: switching would spoil the project's own.
    if (!process.env['NODE_V8_COVERAGE']) {
      session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    }
  } catch {
    return;
  }
  const file = `${results}/${process.pid}-${threadId}.coverage`;
  try {
    writeFileSync(file, '');
  } catch {
    return;
  }
  process.on('exit', tell);
  // vitest ends its workers by this signal. Elsewhere it must do what it does without us.
  if (/\/node_modules\/(?:tinypool|vitest)\//.test(process.argv[1] ?? '') && threadId === 0) {
    process.once('SIGTERM', () => {
      tell();
      process.kill(process.pid, 'SIGTERM');
    });
  }

  function tell(): void {
    session.post('Profiler.getBestEffortCoverage', (error, coverage) => {
      if (error !== null) return;
      const versions = new Map<string, string | undefined>();
      const found: Record<string, Record<string, { run: string[]; seen: string[] }>> = {};
      for (const { url, functions } of coverage.result) {
        const place = url.startsWith('file:') ? decode(url) : url;
        const match = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/@.][^/]*))\/(.+)$/.exec(place);
        const [, folder, name, path] = match ?? [];
        if (folder === undefined || name === undefined || path === undefined) continue;
        if (packages.length > 0 && !packages.includes(name)) continue;
        if (!versions.has(folder)) versions.set(folder, versionOf(folder));
        const version = `${name}@${versions.get(folder) ?? '?'}`;
        const files = (found[version] ??= {});
        const entry = (files[path] ??= { run: [], seen: [] });
        const times = new Map<string, number>();
        // The first function is the module itself, which runs by being loaded.
        for (const { functionName, ranges } of functions.slice(1)) {
          const range = ranges[0];
          // The function that jest wraps a module in.
          if (range === undefined || functionName === 'Object.<anonymous>') continue;
          // Not by offset: loaders that wrap modules shift it.
          const shape = `${functionName}/${range.endOffset - range.startOffset}`;
          const time = times.get(shape) ?? 0;
          times.set(shape, time + 1);
          const key = `${shape}/${time}`;
          entry.seen.push(key);
          if (range.count > 0) entry.run.push(key);
        }
      }
      try {
        writeFileSync(file, JSON.stringify(found));
      } catch {
        // No room: what the others wrote still counts.
      }
    });
  }

  function decode(url: string): string {
    try {
      return decodeURIComponent(new URL(url).pathname);
    } catch {
      return url;
    }
  }

  function versionOf(folder: string): string | undefined {
    try {
      return (JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version?: string })
        .version;
    } catch {
      return undefined;
    }
  }
}
