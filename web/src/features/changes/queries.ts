import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';
import { pagedQuery } from '../../api/pages.ts';
import { present } from '../../api/search-params.ts';
import { type ChangesSearch, changesSearch } from './search.ts';

/** How many changes wait for whoever is signed in; at most what one page holds. */
export const needsMeQuery = queryOptions({
  queryKey: ['changes', 'needs-me'],
  queryFn: () =>
    unwrap(api.GET('/changes', { params: { query: { needsMe: 'true', limit: 100 } } })),
  select: ({ items, nextCursor }) => ({ count: items.length, more: nextCursor !== null }),
});

export function changesQuery(search: ChangesSearch) {
  const query = present(changesSearch(search));
  return pagedQuery(['changes', 'list', query], (page) =>
    unwrap(api.GET('/changes', { params: { query: { ...query, ...page } } })),
  );
}

export function changeQuery(id: string) {
  return queryOptions({
    queryKey: ['changes', 'one', id],
    queryFn: () => unwrap(api.GET('/changes/{id}', { params: { path: { id } } })),
  });
}

/** A change's diff never changes: a new plan is a new change. */
export function diffQuery(id: string) {
  return queryOptions({
    queryKey: ['change-diff', id],
    queryFn: () => unwrap(api.GET('/changes/{id}/diff', { params: { path: { id } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Nor does its evidence; the server checks the signature each time it is asked. */
export function evidenceQuery(id: string) {
  return queryOptions({
    queryKey: ['change-evidence', id],
    queryFn: () => unwrap(api.GET('/changes/{id}/evidence', { params: { path: { id } } })),
    staleTime: 5 * 60_000,
  });
}
