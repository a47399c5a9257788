import type { SigningKey } from '../../platform/keys.ts';
import type { Log } from '../../platform/log.ts';
import type { Store } from '../../store/database.ts';
import type { Services } from '../services.ts';
import type { PauseWatch } from './pause.ts';

/** What the workflows of one worker share. */
export interface Control {
  readonly workerId: string;
  readonly services: Services;
  readonly store: Store;
  readonly log: Log;
  readonly pause: PauseWatch;
  /** Signs evidence and checkpoints of decisions. */
  readonly key: SigningKey;
  /** Folder or address of a feed mirror; absent: the feeds' public addresses. */
  readonly feedSource?: string;
  /** Aborted when the worker stops or must end itself. */
  readonly stopping: AbortSignal;
}
