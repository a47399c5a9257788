import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox, SandboxLimits, SandboxRun } from '../../src/ports/sandbox.ts';

const limits: SandboxLimits = {
  seconds: 20,
  memoryMegabytes: 512,
  processes: 120,
  fileMegabytes: 64,
  diskMegabytes: 200,
};

/** What every sandbox promises (src/ports/sandbox.ts), asked by code that tries to get out. */
export function sandboxContract(
  make: () => Sandbox,
  options: {
    /** Why it cannot be tried here. */
    readonly skip?: string | undefined;
    /** A module that exports it and the name it exports, for a caller in another process. */
    readonly module: string;
    readonly factory: string;
  },
): void {
  const reason = options.skip === undefined ? '' : ` (skipped: ${options.skip})`;
  describe.skipIf(options.skip !== undefined)(`sandbox ${make().id}${reason}`, () => {
    let project: string;
    beforeEach(async () => {
      project = await mkdtemp(join(tmpdir(), 'suture-sandbox-'));
    });
    afterEach(async () => {
      await rm(project, { recursive: true, force: true });
    });
    const run = (argv: readonly string[], more: Partial<SandboxRun> = {}) =>
      make().run({ argv, project, env: {}, limits, ...more });
    const node = (code: string, more: Partial<SandboxRun> = {}) => run(['node', '-e', code], more);

    describe('tells what happened', () => {
      it.each([
        ['success', 'process.exit(0)', { exitCode: 0 }],
        ['an exit code', 'process.exit(7)', { exitCode: 7 }],
        ['a signal', 'process.kill(process.pid, "SIGTERM")', { exitCode: null, signal: 'SIGTERM' }],
        ['a crash', 'process.abort()', { exitCode: null, signal: 'SIGABRT' }],
      ])('%s', async (_name, code, expected) => {
        expect(await node(code)).toMatchObject({ ...expected, timedOut: false });
      });

      it('both streams, apart', async () => {
        const result = await node('console.log("to out"); console.error("to err")');
        expect(result).toMatchObject({ stdout: 'to out\n', stderr: 'to err\n' });
      });

      it('a program that does not exist, as 127', async () => {
        expect((await run(['no-such-program'])).exitCode).toBe(127);
      });

      it('a hang, by ending it', async () => {
        const result = await node('setInterval(() => {}, 1000)', {
          limits: { ...limits, seconds: 2 },
        });
        expect(result.timedOut).toBe(true);
        expect(result.exitCode).toBeNull();
        expect(result.durationMs).toBeLessThan(8000);
      });

      it('an abort, by ending it and rejecting with the reason', async () => {
        const reason = new Error('no longer wanted');
        await expect(
          node('setInterval(() => {}, 1000)', { signal: abortAfter(1000, reason) }),
        ).rejects.toBe(reason);
      });
    });

    describe('gives what a project needs', () => {
      it('the Node that runs Suture, npm, a home and a place for temporary files', async () => {
        const result = await run([
          'sh',
          '-c',
          'node --version && npm --version >/dev/null && echo x > "$HOME/f" && echo x > /tmp/f && echo ok',
        ]);
        expect(result.stdout).toBe(`${process.version}\nok\n`);
      });

      it('the project, writable, as working directory', async () => {
        await mkdir(join(project, 'packages/a'), { recursive: true });
        await node('require("fs").writeFileSync("made", process.cwd())', { cwd: 'packages/a' });
        expect(await readFile(join(project, 'packages/a/made'), 'utf8')).toMatch(/packages\/a$/);
      });

      it('loopback, by address and by name', async () => {
        const result = await node(`
            const http = require('http');
            const server = http.createServer((_, reply) => reply.end('pong')).listen(0, async () => {
              const { port } = server.address();
              for (const host of ['127.0.0.1', 'localhost']) {
                console.log(await (await fetch('http://' + host + ':' + port)).text());
              }
              server.close();
              process.exit(0);
            });`);
        expect(result.stdout).toBe('pong\npong\n');
      });

      it('the environment that was passed and no other', async () => {
        process.env['SUTURE_CONTRACT_SECRET'] = 'hunter2';
        const result = await node('console.log(JSON.stringify(process.env))', {
          env: { GREETING: 'hello' },
        });
        const seen = JSON.parse(result.stdout) as Record<string, string>;
        expect(seen['GREETING']).toBe('hello');
        expect(Object.keys(seen).sort()).toEqual(
          expect.arrayContaining(['GREETING', 'HOME', 'PATH']),
        );
        expect(result.stdout).not.toContain('hunter2');
      });
    });

    describe('keeps code in', () => {
      it.each([
        ['TCP', 'require("net").connect(53, "1.1.1.1").setTimeout(3000)'],
        ['IPv6', 'require("net").connect(53, "2606:4700:4700::1111").setTimeout(3000)'],
        ['DNS', 'require("dns").resolve4("example.com", (e) => { if (e) throw e; })'],
        ['the name service', 'require("dns").lookup("example.com", (e) => { if (e) throw e; })'],
        [
          'UDP',
          'const s = require("dgram").createSocket("udp4"); s.send("x", 53, "1.1.1.1", (e) => { if (e) throw e; s.close(); })',
        ],
      ])('no network: %s', async (_name, code) => {
        const result = await node(
          `${code}?.on?.('error', (e) => { throw e; }).on?.('timeout', () => process.exit(9))`,
        );
        expect(result.exitCode).not.toBe(0);
      });

      it('cannot reach a server of the host', async () => {
        const { createServer } = await import('node:http');
        const server = createServer((_, reply) => reply.end('host')).listen(0, '127.0.0.1');
        await new Promise((resolve) => server.once('listening', resolve));
        const { port } = server.address() as { port: number };
        const result = await node(
          `fetch('http://127.0.0.1:${port}').then(() => console.log('in'))`,
        );
        server.close();
        expect(result.stdout).toBe('');
        expect(result.exitCode).toBe(1);
      });

      it.each([['/etc/shadow'], ['/root'], ['/home'], ['/srv'], ['/var/lib'], [process.cwd()]])(
        'cannot read %s',
        async (path) => {
          const result = await run(['ls', path]);
          expect(result).toMatchObject({ stdout: '', exitCode: 2 });
        },
      );

      it('cannot read the environment of the caller through /proc', async () => {
        process.env['SUTURE_CONTRACT_SECRET'] = 'hunter2';
        const result = await run(['sh', '-c', 'cat /proc/[0-9]*/environ']);
        expect(result.stdout).not.toContain('SUTURE_CONTRACT');
      });

      it.each([
        ['/usr/bin/x'],
        ['/x'],
        ['/etc/x'],
        ['/dev/x'],
        ['/opt/x'],
        ['/proc/sys/kernel/hostname'],
      ])('cannot write %s', async (path) => {
        const result = await node(`require('fs').writeFileSync(${JSON.stringify(path)}, 'x')`);
        expect(result.exitCode).toBe(1);
        expect(result.stderr).toMatch(/EROFS|EACCES|EPERM/);
      });

      it('cannot follow a link out of the project', async () => {
        const outside = await mkdtemp(join(tmpdir(), 'suture-outside-'));
        await writeFile(join(outside, 'secret'), 'hunter2');
        await symlink(join(outside, 'secret'), join(project, 'link'));
        await symlink('../../../../../../etc/shadow', join(project, 'shadow'));
        const result = await run(['cat', 'link', 'shadow']);
        await rm(outside, { recursive: true });
        expect(result).toMatchObject({ exitCode: 1, stdout: '' });
      });

      it('cannot see processes of the host', async () => {
        const result = await run(['sh', '-c', 'cat /proc/[0-9]*/cmdline']);
        expect(result.stdout).not.toContain('vitest');
      });

      it('cannot become somebody else', async () => {
        const result = await node(
          'console.log(process.getuid() === 0); try { process.setuid(0); console.log("became root") } catch {}',
        );
        expect(result.stdout).toBe('false\n');
      });

      it('cannot change a file that another project shares by a hard link', async () => {
        const { link } = await import('node:fs/promises');
        const store = await mkdtemp(join(tmpdir(), 'suture-store-'));
        await writeFile(join(store, 'shared.js'), 'original');
        await link(join(store, 'shared.js'), join(project, 'shared.js'));
        const result = await node('require("fs").writeFileSync("shared.js", "changed")');
        const kept = await readFile(join(store, 'shared.js'), 'utf8');
        await rm(store, { recursive: true });
        expect([result.exitCode, kept]).toEqual([0, 'original']);
      });
    });

    describe('bounds', () => {
      it('processes: a fork bomb stays inside and ends', async () => {
        const result = await run(['bash', '-c', 'f() { f | f & }; f; sleep 1; echo done'], {
          limits: { ...limits, seconds: 10 },
        });
        expect(result.stderr).toContain('Resource temporarily unavailable');
        expect(await hostProcesses('f() { f | f')).toBe(0);
      });

      it('memory of the whole tree', async () => {
        // 8 processes of 120 MB each: none is too large on its own.
        const eater = 'const a = Buffer.alloc(120e6, 1); setTimeout(() => {}, 8000)';
        const result = await node(
          `for (let i = 0; i < 8; i++) require('child_process').spawn('node', ['-e', ${JSON.stringify(eater)}], { stdio: 'inherit' });`,
        );
        expect(result.exceeded).toBe('memory');
      });

      it('the size of a file', async () => {
        const result = await run(['sh', '-c', 'head -c 100000000 /dev/zero > big']);
        expect(result.exitCode === 0).toBe(false);
      });

      it('the room of the project on disk', async () => {
        const result = await run([
          'sh',
          '-c',
          'i=0; while true; do head -c 30000000 /dev/zero > f$i; i=$((i+1)); done',
        ]);
        expect(result.exceeded).toBe('disk');
      });

      it('the room of /tmp, /dev/shm', async () => {
        const result = await run([
          'sh',
          '-c',
          'for i in 1 2 3 4 5 6 7; do head -c 50000000 /dev/zero > /dev/shm/$i || exit 3; done',
        ]);
        expect(result.exitCode).not.toBe(0);
      });

      it('output, keeping its head and tail', async () => {
        const result = await run(['sh', '-c', 'echo first; yes | head -c 60000000; echo last']);
        expect(result.stdout.length).toBeLessThan(17 * 1024 * 1024);
        expect(result.stdout.startsWith('first\n')).toBe(true);
        expect(result.stdout.endsWith('last\n')).toBe(true);
      });

      it('the life of what it starts: a daemon does not outlive the run', async () => {
        const mark = `suture-daemon-${Math.random().toString(36).slice(2)}`;
        const result = await node(
          `require('child_process').spawn('node', ['-e', 'setInterval(() => {}, 1000)', '${mark}'], { detached: true, stdio: 'ignore' }).unref()`,
        );
        expect(result.exitCode).toBe(0);
        expect(result.timedOut).toBe(false);
        expect(await hostProcesses(mark)).toBe(0);
      });

      it('the life of all by the life of the caller', async () => {
        const mark = `suture-orphan-${Math.random().toString(36).slice(2)}`;
        const caller = spawn(
          process.execPath,
          [
            '--input-type=module',
            '-e',
            `import { ${options.factory} as make } from ${JSON.stringify(options.module)};
               await make().run(${JSON.stringify({ argv: ['sh', '-c', `sleep 300 & exec node -e 'setInterval(() => {}, 1000)' ${mark}`], project, env: {}, limits: { ...limits, seconds: 300 } })});`,
          ],
          { stdio: 'ignore' },
        );
        await expect
          .poll(() => hostProcesses(mark, caller.pid), { timeout: 15_000 })
          .toBeGreaterThan(0);
        caller.kill('SIGKILL');
        await expect.poll(() => hostProcesses(mark), { timeout: 10_000 }).toBe(0);
      });
    });
  });
}

function abortAfter(milliseconds: number, reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), milliseconds);
  return controller.signal;
}

/** How many processes of this machine carry a mark in their arguments, the given one aside. */
async function hostProcesses(mark: string, except?: number): Promise<number> {
  const { readdir } = await import('node:fs/promises');
  let count = 0;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid || Number(pid) === except) continue;
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (text.includes(mark)) count += 1;
  }
  return count;
}
