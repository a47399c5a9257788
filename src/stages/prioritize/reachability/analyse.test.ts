import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bad, CASES, PACKAGES } from '../../../../test/quality/reachability/mini-cases.ts';
import { ask, type Files, findingOf } from '../../../../test/quality/reachability/mini-project.ts';
import { analyseReachability } from './analyse.ts';

describe('analyseReachability', () => {
  it.each(CASES)('$name: $status', async ({ files, ask: question, status, because, sites }) => {
    const answer = await ask(files, { package: 'vuln', ...question });
    expect(answer).toMatchObject({ status, because: expect.stringContaining(because) });
    const onlyTooling = 'Only tests and development tooling';
    expect(answer.because.startsWith(onlyTooling)).toBe(because.startsWith(onlyTooling));
    const places = answer.evidence.map(({ file, line, column }) => `${file}:${line}:${column}`);
    expect(places).toEqual(sites ?? places);
    expect(answer.evidence.length).toBeLessThanOrEqual(5);
  });

  it('never says not-reachable because something more became opaque', async () => {
    const statements = [
      "require('vuln').good();",
      "require('vuln').bad();",
      "require('middle');",
      "require('middle/safe');",
      "import('vuln').then((v) => v.bad());",
      'console.log(1);',
    ];
    const opaque = ['require(x);', 'import(x);', 'eval(x);', 'use(require);', 'const = 1;'];
    const holds = fc.assert(
      fc.asyncProperty(
        fc.subarray(statements),
        fc.constantFrom(...opaque),
        fc.constantFrom('src/a.js', 'src/z.js', 'node_modules/middle/index.js'),
        fc.boolean(),
        async (own, spot, where, symbols) => {
          const files: Files = {
            ...PACKAGES,
            'package.json': '{"dependencies":{"vuln":"1","middle":"1"}}',
            'src/a.js': own.join('\n'),
          };
          const question = { package: 'vuln', ...(symbols ? bad : {}) };
          const before = await ask(files, question);
          const text = `${files[where] ?? ''}\n${spot}`;
          const after = await ask({ ...files, [where]: text }, question);
          const loaded = where.startsWith('src/') || own.includes("require('middle');");
          const mustNotBeSafe = loaded || before.status !== 'not-reachable';
          return !(mustNotBeSafe && after.status === 'not-reachable');
        },
      ),
      { numRuns: 60 },
    );
    await expect(holds).resolves.toBeUndefined();
  });

  it.each([
    ['another ecosystem', { ecosystem: 'PyPI' }, 'not analysed for PyPI'],
    ['a package no lockfile has', { name: 'absent' }, 'in none of the lockfiles'],
  ])('says unknown for %s', async (_, change, because) => {
    const finding = findingOf({ name: 'vuln', version: '1.0.0' }, []);
    const results = await analyseReachability({
      tree: { list: async () => [], read: async () => undefined },
      graphs: [],
      findings: [{ ...finding, component: { ...finding.component, ...change } }],
      sources: { open: async () => undefined },
    });
    expect(results.get('finding')).toMatchObject({
      status: 'unknown',
      because: expect.stringContaining(because),
    });
  });
});
