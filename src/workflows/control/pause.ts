import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../store/database.ts';
import { pauseState } from '../../store/settings.ts';
import { whileDatabaseIsAway } from './database-away.ts';

/** The big switch, as one worker sees it. */
export interface PauseWatch {
  paused(): Promise<boolean>;
  /** Waits until the switch is off. */
  off(): Promise<void>;
}

const LOOK_EVERY_MS = 1000;

/** However many workflows wait, the store is asked once a second. */
export function watchPause(store: Store, stopping: AbortSignal): PauseWatch {
  const paused = async () => (await whileDatabaseIsAway(() => pauseState(store), stopping)).paused;
  let waiting: Promise<void> | undefined;
  const wait = async () => {
    while (await paused()) {
      await sleep(LOOK_EVERY_MS, undefined, { signal: stopping });
    }
  };
  return {
    paused,
    async off() {
      if (!(await paused())) return;
      waiting ??= wait().finally(() => {
        waiting = undefined;
      });
      await waiting;
    },
  };
}
