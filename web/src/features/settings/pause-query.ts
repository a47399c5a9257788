import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';

/** Whether everything is paused. */
export const pauseQuery = queryOptions({
  queryKey: ['pause'],
  queryFn: () => unwrap(api.GET('/pause')),
});
