import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';

/** How many changes wait for whoever is signed in; at most what one page holds. */
export const needsMeQuery = queryOptions({
  queryKey: ['changes', 'needs-me'],
  queryFn: () =>
    unwrap(api.GET('/changes', { params: { query: { needsMe: 'true', limit: 100 } } })),
  select: ({ items, nextCursor }) => ({ count: items.length, more: nextCursor !== null }),
});
