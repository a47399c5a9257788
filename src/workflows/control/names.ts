import { fingerprint } from '../../domain/fingerprint.ts';

/** The application's name in the durable engine. */
export const APPLICATION = 'suture';

/**
 * What runs in flight need of a program to go on. It stays the same over releases, so that an
 * upgraded worker finishes what an older one began; `DBOS.patch` tells the ways of old and new runs
 * apart. Only when runs in flight cannot be gone on with at all is it raised, and old workers have
 * to be kept until they have finished theirs.
 */
export const WORKFLOW_VERSION = 'suture-workflows-1';

/** Queues; each run waits there until a worker has room. */
export const QUEUE = {
  scan: 'scan',
  remediate: 'remediate',
  settle: 'settle',
  sync: 'sync',
} as const;

/** Workflows as the engine knows them: never rename one while runs of it may be in flight. */
export const WORKFLOW = {
  scanAsset: 'scan-asset',
  remediate: 'remediate',
  settleChange: 'settle-change',
  syncFeeds: 'sync-feeds',
} as const;

/** The topic on which workflows are told to look again. What they look at is in the store. */
export const WAKE = 'wake';

/** The workflow that sees a change through. */
export function settleWorkflowId(changeId: string): string {
  return `change-${changeId}`;
}

/** Id of a run that is named by what it is for: the same purpose, the same run. */
export function runId(kind: 'scan' | 'remediation' | 'sync', ...purpose: string[]): string {
  return `${kind}-${fingerprint(purpose)}`;
}
