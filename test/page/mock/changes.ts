import { assetRef } from './assets.ts';
import type { Asset, Change, Finding } from './types.ts';

const HOUR = 3_600_000;

export const DIFF = `diff --git a/package.json b/package.json
index 3f1c0de..9a7be21 100644
--- a/package.json
+++ b/package.json
@@ -12,7 +12,7 @@
   "dependencies": {
     "axios": "^0.28.0",
-    "express": "^4.17.1",
-    "lodash": "^4.17.15",
+    "express": "^4.19.2",
+    "lodash": "^4.17.21",
     "pino": "^9.4.0"
   },
   "devDependencies": {
diff --git a/package-lock.json b/package-lock.json
index 11aa22b..33cc44d 100644
--- a/package-lock.json
+++ b/package-lock.json
@@ -1041,5 +1041,5 @@
     "node_modules/lodash": {
-      "version": "4.17.15",
-      "resolved": "https://registry.npmjs.org/lodash/-/lodash-4.17.15.tgz",
+      "version": "4.17.21",
+      "resolved": "https://registry.npmjs.org/lodash/-/lodash-4.17.21.tgz",
       "license": "MIT"
     },
`;

function tests(failed: readonly string[]) {
  const names = [
    'cart › adds an item',
    'cart › removes an item',
    'checkout › charges once',
    'render › escapes names',
    'search › finds by prefix',
    'legacy › prints a date',
  ];
  const list = names.map((name) => ({
    name,
    outcome: failed.includes(name) ? ('failed' as const) : ('passed' as const),
  }));
  return { passed: 212 - failed.length, failed: failed.length, skipped: 3, list };
}

function run(failed: readonly string[]): Change['verification']['after'] {
  return {
    runner: 'vitest',
    commands: [
      {
        step: 'install',
        argv: ['npm', 'ci', '--ignore-scripts'],
        exitCode: 0,
        timedOut: false,
        durationMs: 9120,
        outputTail: 'added 412 packages in 9s',
      },
      {
        step: 'build',
        argv: ['npm', 'run', 'build'],
        exitCode: 0,
        timedOut: false,
        durationMs: 4210,
        outputTail: 'built in 4.1s',
      },
      {
        step: 'test',
        argv: ['npm', 'test'],
        exitCode: failed.length > 0 ? 1 : 0,
        timedOut: false,
        durationMs: 13_870,
        outputTail: `Tests  ${212 - failed.length} passed | ${failed.length} failed (215)`,
      },
    ],
    tests: tests(failed),
  };
}

const STATES = [
  'awaiting-approval',
  'awaiting-approval',
  'suggested',
  'scheduled',
  'handed-over',
  'closed',
  'withheld',
  'rejected',
] as const;

export function makeChanges(
  count: number,
  assets: readonly Asset[],
  findings: readonly Finding[],
  now: number,
): Change[] {
  return Array.from({ length: count }, (_, index): Change => {
    const asset = assets[index % assets.length]!;
    const closes = findings
      .filter((finding) => finding.asset.id === asset.id)
      .slice(0, 3 + (index % 5));
    const state = STATES[index % STATES.length]!;
    const proven = state !== 'withheld';
    const waiting = state === 'awaiting-approval';
    const packages = [...new Set(closes.map((finding) => finding.package))];
    return {
      id: `c${index + 1}`,
      title: `Upgrade ${packages.slice(0, 2).join(', ') || 'express'}${packages.length > 2 ? ` and ${packages.length - 2} more` : ''}`,
      state,
      stateSince: new Date(now - (index + 1) * HOUR).toISOString(),
      asset: assetRef(asset),
      verdict: proven ? 'proven' : 'inconclusive',
      confidence: proven ? 0.94 - index * 0.01 : 0.41,
      riskRemoved: 214.5,
      closes: closes.length,
      remedies: packages.map((name) => ({
        kind: 'upgrade',
        package: name,
        from: '4.17.15',
        to: '4.17.21',
        because: 'lowest version that ends every finding, 900 days old',
        closes: closes.filter((finding) => finding.package === name).map((finding) => finding.id),
      })),
      notBefore: state === 'scheduled' ? new Date(now + 9 * HOUR).toISOString() : null,
      due: new Date(now + (index % 6) * 24 * HOUR).toISOString().slice(0, 10),
      createdAt: new Date(now - (index + 2) * HOUR).toISOString(),
      handedOverAt:
        state === 'handed-over' || state === 'closed' ? new Date(now - HOUR).toISOString() : null,
      closedAt: state === 'closed' ? new Date(now - HOUR / 2).toISOString() : null,
      needsMe: waiting,
      remediationId: `r${index + 1}`,
      position: 1,
      because:
        'These are the smallest upgrades that close all of them together; one lockfile, one test run.',
      lockfile: 'package-lock.json',
      files: ['package.json', 'package-lock.json'],
      baseCommit: '4f2a9c1d7be03356a8f1c2d3e4f5a6b7c8d9e0f1',
      branch: proven ? 'suture/upgrade-lodash' : null,
      commit: proven ? '9b1e77f02c6d4a5b8c9d0e1f2a3b4c5d6e7f8091' : null,
      confidenceDetail: {
        value: proven ? 0.94 - index * 0.01 : 0.41,
        interval: proven ? [0.86, 0.98] : [0.18, 0.66],
        model: 'prior-1',
        factors: [
          { name: 'Tests', value: '212 pass before and after', contribution: 1.9 },
          { name: 'Tests reach the change', value: '3 of 4 changed packages', contribution: 0.8 },
          { name: 'Step', value: 'patch and minor versions', contribution: 0.6 },
          { name: 'Peer ranges', value: 'one looser than before', contribution: -0.4 },
        ],
      },
      decision: {
        seq: 40 + index,
        outcome: waiting ? 'approve' : proven ? 'auto' : 'withhold',
        rule: waiting ? 'production' : 'elsewhere',
        because: waiting
          ? 'production asks people: one of role:approver must agree'
          : 'development goes out by itself',
      },
      approval: waiting
        ? {
            state: 'waiting',
            quorum: 2,
            approvals: 1,
            approvers: ['role:approver', 'role:admin'],
            requestedAt: new Date(now - 5 * HOUR).toISOString(),
            expiresAt: new Date(now + 13 * 24 * HOUR).toISOString(),
            nextEscalationAt: new Date(now + 19 * HOUR).toISOString(),
            mayVote: true,
            whyNot: null,
            votes: [
              {
                by: { id: '2', name: 'Grace Hopper' },
                verdict: 'approve',
                reason: 'Looked at the changelog; nothing we use.',
                avoid: [],
                at: new Date(now - 2 * HOUR).toISOString(),
              },
            ],
          }
        : null,
      findings: closes.map(
        ({
          id,
          package: name,
          version,
          advisoryId,
          band,
          score,
          summary,
          state: findingState,
        }) => ({
          id,
          package: name,
          version,
          advisoryId,
          band,
          score,
          summary,
          state: findingState,
        }),
      ),
      verification: {
        gaps: proven ? ['no test loads qs'] : ['the build needs a database'],
        flaky: ['search › finds by prefix'],
        failingBefore: ['legacy › prints a date'],
        regressions: proven
          ? []
          : [
              {
                kind: 'test',
                name: 'checkout › charges once',
                message: 'expected 1 charge, got 2',
              },
            ],
        rescan: { closed: closes.map(({ id }) => id), remaining: [], introduced: [] },
        exploits: [{ name: 'template-injection', before: 'succeeds', after: 'fails' }],
        testsReachChange: 0.75,
        before: run(['legacy › prints a date']),
        after: run(
          proven
            ? ['legacy › prints a date']
            : ['legacy › prints a date', 'checkout › charges once'],
        ),
      },
      signs: [
        {
          kind: 'engines',
          package: 'express',
          message: 'drops Node 0.10; the project asks for 22',
        },
      ],
      evidenceSha256: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
      outcomes:
        state === 'closed'
          ? [
              {
                result: 'held',
                note: '',
                by: { id: '2', name: 'Grace Hopper' },
                at: new Date(now - HOUR / 4).toISOString(),
              },
            ]
          : [],
      wayBack: 'git revert 9b1e77f puts the old versions back; nothing else was changed.',
    };
  });
}
