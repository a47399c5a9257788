import type { SigningKey } from '../platform/keys.ts';
import type { Log } from '../platform/log.ts';
import type { AdvisoryIndex } from '../ports/advisory-index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { Store } from '../store/database.ts';
import type { ControlClient } from '../workflows/control/client.ts';
import type { ApiConfiguration } from './configuration.ts';

/** What the API needs from outside; `main.ts` fills it in. */
export interface ApiDependencies {
  readonly store: Store;
  /** For listening to what is live: a connection of its own. */
  readonly databaseUrl: string;
  /** Whether it is ours under `home`; for showing. */
  readonly databaseKind: 'embedded' | 'external';
  /** `$SUTURE_HOME`. */
  readonly home: string;
  /** Starts and stops work; knows the durable engine. */
  readonly client: ControlClient;
  /** @throws SutureError `index-missing` before the first sync */
  readonly openIndex: () => AdvisoryIndex;
  readonly clock: Clock;
  readonly version: string;
  readonly config: ApiConfiguration;
  readonly log: Log;
  /** The key that evidence and checkpoints are signed with; made on first use. */
  readonly signingKey: () => Promise<SigningKey>;
  /** For trying a channel at once. */
  readonly notifiers: () => Promise<readonly Notifier[]>;
  /** Folder with the built page; default: `web/dist` of this package. */
  readonly page?: string;
  /** Hold answers against the contract and fail where they do not fit; for tests. */
  readonly checkAnswers?: boolean;
}
