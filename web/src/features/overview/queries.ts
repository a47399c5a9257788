import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';
import type { Schemas } from '../../api/types.ts';

/** How things stand, and what needs whoever is signed in. */
export function overviewQuery(days: number, environment?: Schemas['Environment']) {
  return queryOptions({
    queryKey: ['overview', days, environment],
    queryFn: () =>
      unwrap(
        api.GET('/overview', {
          params: { query: { days, ...(environment === undefined ? {} : { environment }) } },
        }),
      ),
    placeholderData: (before) => before,
  });
}
