import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { changeRowSchema, runSchemaRow } from '../src/api/contract/changes.ts';
import type { Server } from '../src/cli/server.ts';

type Run = z.infer<typeof runSchemaRow>;
type Change = z.infer<typeof changeRowSchema>;

const LOOK_EVERY_MS = 1000;

const STAGES: Readonly<Record<string, string>> = {
  plan: 'A plan is made: the cheapest remedies that close most.',
  patch: 'npm makes the change in a throw-away copy.',
  verify: 'It is proven in the sandbox: build, tests and exploits, before and after.',
};

/** Prints a line whenever something happens to the shop, until told to stop. */
export async function tellWhatHappens(
  server: Server,
  shop: string,
  stopping: AbortSignal,
): Promise<void> {
  const told = new Set<string>();
  const tell = (key: string, line: string | undefined) => {
    if (line === undefined || told.has(key)) return;
    told.add(key);
    console.log(`  ${new Date().toLocaleTimeString('en-GB')}  ${line}`);
  };
  while (!stopping.aborted) {
    try {
      const { items: runs } = await server.get<{ items: Run[] }>('/runs');
      const { items: changes } = await server.get<{ items: Change[] }>('/changes');
      for (const run of runs.toReversed()) tell(...ofRun(run));
      for (const change of changes.toReversed()) tell(...ofChange(change, shop));
    } catch {
      // It is starting, stopping, or was taken away: the next look says more.
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: stopping }).catch(() => {});
  }
}

function ofRun(run: Run): [key: string, line: string | undefined] {
  const { id, kind, state, stage, summary, error } = run;
  const key = `${id} ${state === 'running' ? stage : state}`;
  if (state === 'failed') return [key, `A ${kind} failed: ${error ?? summary}`];
  if (kind === 'scan' && state === 'done') return [key, `Scanned: ${summary}.`];
  if (kind === 'remediation' && state === 'running') return [key, STAGES[stage ?? '']];
  return [key, undefined];
}

function ofChange(change: Change, shop: string): [key: string, line: string | undefined] {
  const { id, state, title, closes, confidence } = change;
  const sure = `${Math.round(confidence * 100)}% sure`;
  const lines: Readonly<Partial<Record<Change['state'], string>>> = {
    'awaiting-approval': `Waits for you: ${title} (closes ${closes} findings, ${sure}).`,
    scheduled: `Agreed on; it goes after the one it is made on: ${title}.`,
    'handed-over': `Handed over: ${title}. See: git -C ${shop} branch`,
    rejected: `Rejected: ${title}.`,
    closed: `Verified closed: ${title}.`,
  };
  return [`${id} ${state}`, lines[state]];
}
