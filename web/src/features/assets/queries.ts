import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';
import { pagedQuery } from '../../api/pages.ts';
import { present } from '../../api/search-params.ts';
import { type AssetsSearch, assetsSearch } from './search.ts';

export function assetsQuery(search: AssetsSearch) {
  const { view: _view, register: _register, ...filter } = assetsSearch(search);
  const query = present(filter);
  return pagedQuery(['assets', 'list', query], (page) =>
    unwrap(api.GET('/assets', { params: { query: { ...query, ...page } } })),
  );
}

export function assetQuery(id: string) {
  return queryOptions({
    queryKey: ['assets', 'one', id],
    queryFn: () => unwrap(api.GET('/assets/{id}', { params: { path: { id } } })),
  });
}

export function componentsQuery(id: string, text: string | undefined) {
  return pagedQuery(['assets', 'components', id, text], (page) =>
    unwrap(
      api.GET('/assets/{id}/components', {
        params: { path: { id }, query: { ...page, ...present({ text }) } },
      }),
    ),
  );
}

/** What is being done about an asset, and was. */
export function runsQuery(asset: string) {
  return pagedQuery(['runs', asset], (page) =>
    unwrap(api.GET('/runs', { params: { query: { asset, ...page } } })),
  );
}

/** Assets and what depends on what; around one of them, or the riskiest. */
export function mapQuery(around: string | undefined) {
  return queryOptions({
    queryKey: ['assets', 'map', around],
    queryFn: () =>
      unwrap(api.GET('/asset-map', { params: { query: { limit: 200, ...present({ around }) } } })),
  });
}

export function runQuery(id: string) {
  return queryOptions({
    queryKey: ['runs', 'one', id],
    queryFn: () => unwrap(api.GET('/runs/{id}', { params: { path: { id } } })),
  });
}
