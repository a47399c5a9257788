import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';
import { pagedQuery } from '../../api/pages.ts';
import type { operations } from '../../api/schema.d.ts';
import { present } from '../../api/search-params.ts';
import { type FindingsSearch, findingsSearch } from './search.ts';

type ExceptionFilter = Pick<
  NonNullable<operations['getExceptions']['parameters']['query']>,
  'state' | 'finding'
>;
type Filter = NonNullable<operations['getFindingFacets']['parameters']['query']>;

/** The filter part of the address, as the API takes it. */
function filterOf(search: FindingsSearch): Filter {
  // Read once more, it is without what others put into the address.
  const { view: _view, sort: _sort, ...filter } = findingsSearch(search);
  // Whoever asks for states means these and not only those of them that are exposed.
  const exposed = filter.exposed ?? (filter.state === undefined ? undefined : 'false');
  return present({ ...filter, exposed });
}

/** Findings one by one. */
export function findingsQuery(search: FindingsSearch) {
  const query = { ...filterOf(search), ...present({ sort: search.sort }) };
  return pagedQuery(['findings', 'list', query], (page) =>
    unwrap(api.GET('/findings', { params: { query: { ...query, ...page } } })),
  );
}

/** Findings together with what one remedy would close. */
export function groupsQuery(search: FindingsSearch) {
  const query = filterOf(search);
  return pagedQuery(['findings', 'groups', query], (page) =>
    unwrap(api.GET('/finding-groups', { params: { query: { ...query, ...page } } })),
  );
}

/** How many there would be under each filter. */
export function facetsQuery(search: FindingsSearch) {
  const query = filterOf(search);
  return queryOptions({
    queryKey: ['findings', 'facets', query],
    queryFn: () => unwrap(api.GET('/finding-facets', { params: { query } })),
    placeholderData: (before) => before,
  });
}

export function findingQuery(id: string) {
  return queryOptions({
    queryKey: ['findings', 'one', id],
    queryFn: () => unwrap(api.GET('/findings/{id}', { params: { path: { id } } })),
  });
}

export function findingHistoryQuery(id: string) {
  return pagedQuery(['findings', 'history', id], (page) =>
    unwrap(api.GET('/findings/{id}/history', { params: { path: { id }, query: page } })),
  );
}

/** Exceptions that people asked for; of one finding, or in one state. */
export function exceptionsQuery(filter: ExceptionFilter) {
  return pagedQuery(['exceptions', filter], (page) =>
    unwrap(api.GET('/exceptions', { params: { query: { ...filter, ...page } } })),
  );
}
