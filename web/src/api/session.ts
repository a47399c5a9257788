import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, unwrap } from './client.ts';
import { isStatus } from './problem.ts';
import type { Permission, Session } from './types.ts';

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    try {
      return await unwrap(api.GET('/session'));
    } catch (error) {
      if (isStatus(error, 401)) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

/** Who is signed in; only for what is shown behind the sign-in. */
export function useSession(): Session | null {
  return useSuspenseQuery(sessionQuery).data;
}

/** Whether whoever is signed in may do this; the server decides again. */
export function useMay(permission: Permission): boolean {
  return useSession()?.permissions.includes(permission) ?? false;
}
