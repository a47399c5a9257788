import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';
import { pagedQuery } from '../../api/pages.ts';
import { present } from '../../api/search-params.ts';
import { type DecisionsSearch, decisionsSearch } from './search.ts';

/** The log, newest first. */
export function decisionsQuery(search: DecisionsSearch) {
  const query = present(decisionsSearch(search));
  return pagedQuery(['decisions', 'list', query], (page) =>
    unwrap(api.GET('/decisions', { params: { query: { ...query, ...page } } })),
  );
}

export function decisionQuery(seq: number) {
  return queryOptions({
    queryKey: ['decisions', 'one', seq],
    queryFn: () => unwrap(api.GET('/decisions/{seq}', { params: { path: { seq } } })),
  });
}
