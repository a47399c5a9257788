import type { HttpAnswer, LoadFigures, ServiceRun } from '../project-run.ts';

export interface ServeConfiguration {
  readonly argv: readonly string[];
  readonly mark: string;
  readonly port: number;
  /** Milliseconds the service may take until it listens. */
  readonly patience: number;
  readonly http: readonly { readonly path: string; readonly status: number }[];
  readonly load?: { readonly path: string; readonly seconds: number; readonly connections: number };
}

/**
 * Starts the project's service, asks what was declared, puts load on one path, and ends it. Sent
 * into the sandbox, see script.ts.
 *
 * The load is a closed loop: each connection sends its next request when the last was answered. The
 * first fifth warms up and is not counted.
 */
export async function serve(configuration: ServeConfiguration): Promise<void> {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { connect } = process.getBuiltinModule('node:net');
  const { request, Agent } = process.getBuiltinModule('node:http');
  const { port, mark } = configuration;
  const [program = '', ...parameters] = configuration.argv;
  const child = spawn(program, parameters, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PORT: String(port) },
    detached: true,
  });
  const state = { running: true };
  child.on('error', () => (state.running = false));
  child.on('exit', () => (state.running = false));

  const agent = new Agent({ keepAlive: true });
  const started = await listens(Date.now() + configuration.patience);
  const http: HttpAnswer[] = [];
  for (const { path, status } of configuration.http) {
    http.push({ path, expected: status, status: started ? (await ask(path)).status : null });
  }
  const result: ServiceRun = {
    started,
    http,
    ...(started && configuration.load !== undefined
      ? { load: await press(configuration.load) }
      : {}),
  };
  agent.destroy();
  const ok = started && http.every(({ expected, status }) => expected === status);
  process.stdout.write(`\n${mark}${JSON.stringify(result)}\n`, () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
    process.exit(ok ? 0 : 1);
  });

  async function listens(until: number): Promise<boolean> {
    while (state.running && Date.now() < until) {
      for (const host of ['127.0.0.1', '::1']) if (await connects(host)) return true;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
  }

  async function connects(host: string): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const socket = connect({ host, port });
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    const connected = await promise;
    socket.destroy();
    return connected;
  }

  async function ask(path: string): Promise<{ status: number | null; milliseconds: number }> {
    const { promise, resolve } = Promise.withResolvers<number | null>();
    const began = performance.now();
    const sent = request({ host: 'localhost', port, path, agent, timeout: 10_000 }, (reply) => {
      reply.resume();
      reply.on('end', () => resolve(reply.statusCode ?? null));
      reply.on('error', () => resolve(null));
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(null));
    sent.end();
    const status = await promise;
    return { status, milliseconds: performance.now() - began };
  }

  async function press(load: NonNullable<ServeConfiguration['load']>): Promise<LoadFigures> {
    const began = performance.now();
    const end = began + load.seconds * 1000;
    const counted = began + load.seconds * 200;
    const latencies: number[] = [];
    let errors = 0;
    const connection = async () => {
      while (performance.now() < end) {
        const warmingUp = performance.now() < counted;
        const { status, milliseconds } = await ask(load.path);
        // A service that is gone answers at once: do not spin.
        if (status === null) await new Promise((resolve) => setTimeout(resolve, 5));
        if (warmingUp) continue;
        latencies.push(milliseconds);
        if (status === null || status >= 500) errors += 1;
      }
    };
    await Promise.all(Array.from({ length: load.connections }, connection));
    latencies.sort((a, b) => a - b);
    const quantile = (q: number) =>
      Number((latencies[Math.floor(q * (latencies.length - 1))] ?? 0).toFixed(2));
    return {
      requests: latencies.length,
      errors,
      p50: quantile(0.5),
      p99: quantile(0.99),
      requestsPerSecond: Math.round(latencies.length / (load.seconds * 0.8)),
    };
  }
}
