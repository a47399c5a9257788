import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';
import { pagedQuery } from '../../api/pages.ts';

/** Beats of workers are not announced: while the status is looked at, it is asked for anew. */
const BEAT_MS = 15_000;

/** Nor is what others set here, nor whether deliveries arrived. */
const SETTINGS = { staleMs: 5_000 } as const;

/** Whether everything is paused. */
export const pauseQuery = queryOptions({
  queryKey: ['pause'],
  queryFn: () => unwrap(api.GET('/pause')),
});

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: () => unwrap(api.GET('/system')),
  refetchInterval: BEAT_MS,
});

export const usersQuery = pagedQuery(
  ['users'],
  (query) => unwrap(api.GET('/users', { params: { query } })),
  SETTINGS,
);

export const tokensQuery = pagedQuery(
  ['tokens'],
  (query) => unwrap(api.GET('/tokens', { params: { query } })),
  SETTINGS,
);

export const channelsQuery = pagedQuery(
  ['channels'],
  (query) => unwrap(api.GET('/channels', { params: { query } })),
  SETTINGS,
);

export const notificationsQuery = pagedQuery(
  ['notifications'],
  (query) => unwrap(api.GET('/notifications', { params: { query } })),
  SETTINGS,
);
