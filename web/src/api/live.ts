import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';

/** What the server announces (`live_event.topic`), and which answers it makes old. */
const TOUCHES: Readonly<Record<string, readonly string[]>> = {
  finding: ['findings', 'exceptions', 'overview', 'assets'],
  change: ['changes', 'findings', 'overview'],
  approval: ['changes', 'exceptions', 'policy', 'overview'],
  asset: ['assets', 'overview'],
  scan: ['assets', 'runs', 'findings', 'overview'],
  remediation: ['runs', 'changes', 'overview'],
  decision: ['decisions'],
  exception: ['exceptions', 'findings', 'overview'],
  policy: ['policy', 'overview'],
  sync: ['system', 'runs'],
  pause: ['pause', 'overview'],
  notification: ['notifications'],
};
const EVERYTHING = [...new Set(Object.values(TOUCHES).flat())];

/** Many events in a row (a scan of 10,000 findings) cause one round of requests. */
const BATCH_MS = 1200;

/** How often a stream that was refused is tried again. */
const REVIVE_MS = 5000;

/** Lists up to so many pages are loaded again by themselves when something in them changes. */
export const SHORT_PAGES = 3;

export type LiveState = 'connecting' | 'live' | 'away';

/** One connection to the server's events; invalidates what they touch, in batches. */
class LiveStream {
  #state: LiveState = 'connecting';
  #wasAway = false;
  readonly #listeners = new Set<() => void>();
  readonly #touched = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly state = (): LiveState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Opens the stream; returns what closes it. */
  open(client: QueryClient): () => void {
    let source = this.#connect(client);
    // A browser tries again by itself, but not after an answer that is no stream: a restart
    // behind a proxy, a session that has ended.
    const revive = setInterval(() => {
      if (source.readyState !== EventSource.CLOSED) return;
      void client.invalidateQueries({ queryKey: ['session'] });
      source = this.#connect(client);
    }, REVIVE_MS);
    return () => {
      clearInterval(revive);
      clearTimeout(this.#timer);
      this.#timer = undefined;
      source.close();
    };
  }

  #connect(client: QueryClient): EventSource {
    const source = new EventSource('/api/v1/events');
    source.addEventListener('open', () => {
      // What happened while we were away is not known: everything may be old.
      if (this.#wasAway) this.#touch(EVERYTHING, client);
      this.#wasAway = false;
      this.#become('live');
    });
    source.addEventListener('error', () => {
      this.#wasAway = true;
      this.#become('away');
    });
    // The server could not say everything that we missed.
    source.addEventListener('resync', () => this.#touch(EVERYTHING, client));
    for (const [topic, touched] of Object.entries(TOUCHES)) {
      source.addEventListener(topic, () => this.#touch(touched, client));
    }
    return source;
  }

  #become(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  #touch(keys: readonly string[], client: QueryClient): void {
    for (const key of keys) this.#touched.add(key);
    if (this.#touched.size === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const touched = new Set(this.#touched);
      this.#touched.clear();
      const old = ({ queryKey }: Query): boolean => touched.has(String(queryKey[0]));
      const long = ({ state }: Query): boolean => pagesOf(state.data) > SHORT_PAGES;
      void client.invalidateQueries({ predicate: (query) => old(query) && !long(query) });
      // Long lists only say that they are old; whoever reads them decides when.
      void client.invalidateQueries({
        predicate: (query) => old(query) && long(query),
        refetchType: 'none',
      });
    }, BATCH_MS);
  }
}

function pagesOf(data: unknown): number {
  const { pages } = (data ?? {}) as { pages?: readonly unknown[] };
  return pages?.length ?? 0;
}

const stream = new LiveStream();

/** Keeps what is shown fresh while it is mounted. */
export function useLiveUpdates(): void {
  const client = useQueryClient();
  useEffect(() => stream.open(client), [client]);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(stream.subscribe, stream.state);
}
