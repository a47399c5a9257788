import { randomUUID } from 'node:crypto';
import { lastSync } from '../store/feed-syncs.ts';
import { inTransaction } from '../store/in-transaction.ts';
import { announce } from '../store/live-events.ts';
import { type Pause, pauseState, setPause } from '../store/settings.ts';
import { databaseFacts } from '../store/system-queries.ts';
import { listWorkers } from '../store/workers.ts';
import { recordByPerson } from './access-decision.ts';
import { type BoundOperation, bind } from './bind.ts';
import { operation } from './contract/index.ts';
import type { ApiDependencies } from './dependencies.ts';
import { pushSecret } from './push.ts';

/** The machinery: the big switch, workers, feeds. */
export function operationHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store, client } = dependencies;
  return [
    bind(operation.getPause, async () => shownPause(await pauseState(store))),

    bind(
      operation.setPause,
      ({ body, asker }) =>
        inTransaction(store, async (db) => {
          const before = await pauseState(db);
          if (before.paused === body.paused) return shownPause(before);
          const pause = await setPause(db, body, asker.userId);
          await announce(db, 'pause', body.paused ? 'paused' : 'going on');
          await recordByPerson(db, dependencies, asker, {
            kind: 'pause',
            subject: { type: 'system', id: 'pause' },
            outcome: body.paused ? 'paused' : 'going on',
            because: body.reason,
            key: `pause:${randomUUID()}`,
          });
          return shownPause(pause);
        }),
      { repeatable: true },
    ),

    bind(operation.systemStatus, () => systemStatus(dependencies)),

    bind(
      operation.syncFeeds,
      async ({ asker }) => ({ runId: await client.requestSync({ by: asker.userId }) }),
      { repeatable: true },
    ),
  ];
}

export function shownPause({ paused, reason, by, since }: Pause) {
  return { paused, reason, by: by ?? null, since: since ?? null };
}

async function systemStatus(dependencies: ApiDependencies) {
  const { store, version, databaseKind, signingKey } = dependencies;
  const [database, workers, sync, key, secret] = await Promise.all([
    databaseFacts(store),
    listWorkers(store),
    lastSync(store),
    signingKey(),
    pushSecret(dependencies).catch(() => undefined),
  ]);
  return {
    version,
    database: { kind: databaseKind, ...database },
    workers,
    feeds: await feedsOf(dependencies),
    lastSync:
      sync === undefined
        ? null
        : {
            // One that waits for a worker has not failed: to people it runs.
            state: shownState(sync.state),
            startedAt: sync.startedAt,
            endedAt: sync.endedAt,
            packagesChanged: sync.packagesChanged,
            assetsTouched: sync.assetsTouched,
            error: sync.error,
            problems: sync.problems.map(({ severity, file, message }) => ({
              severity,
              file,
              message,
            })),
          },
    signingKeyId: key.id,
    pushHookConfigured: secret !== undefined,
  };
}

function shownState(state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled') {
  if (state === 'queued') return 'running';
  return state === 'cancelled' ? 'failed' : state;
}

async function feedsOf({ openIndex }: ApiDependencies) {
  try {
    const index = openIndex();
    try {
      return index.feeds();
    } finally {
      await index.close();
    }
  } catch {
    // Before the first sync there are none.
    return [];
  }
}
