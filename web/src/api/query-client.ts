import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isStatus } from './problem.ts';
import { sessionQuery } from './session.ts';

/** The cache of what the API said. Whoever is signed out elsewhere is signed out here at once. */
export function createQueryClient(): QueryClient {
  const signedOut = (error: unknown): void => {
    if (isStatus(error, 401)) client.setQueryData(sessionQuery.queryKey, null);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: signedOut }),
    mutationCache: new MutationCache({ onError: signedOut }),
    defaultOptions: {
      queries: {
        // The live stream says when something changed; this is for when it is away.
        staleTime: 30_000,
        retry: (count, error) => count < 2 && !isStatus(error, 400, 401, 403, 404, 409),
        refetchOnWindowFocus: true,
      },
    },
  });
  return client;
}
