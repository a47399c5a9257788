import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { SHORT_PAGES } from './live.ts';
import { PAGE_SIZE, type PagedQuery, type PageOf } from './pages.ts';

/** A long list as it has been read so far. */
export interface Paged<Page extends PageOf<unknown>> {
  readonly items: readonly Page['items'][number][];
  readonly first: Page | undefined;
  readonly error: Error | null;
  readonly loading: boolean;
  readonly hasMore: boolean;
  readonly more: () => void;
  /** Something in it changed, and it is too long to be loaded again unasked. */
  readonly outdated: boolean;
  readonly refresh: () => void;
}

/** Reads a list page by page, as far as somebody scrolls. */
export function usePaged<Page extends PageOf<unknown>>({
  queryKey,
  load,
  staleMs,
}: PagedQuery<Page>): Paged<Page> {
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) =>
      load({ limit: PAGE_SIZE, ...(pageParam === '' ? {} : { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // Only an event makes it old: nobody wants 5,000 rows loaded again for looking away.
    staleTime: staleMs ?? Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: staleMs !== undefined,
  });
  const { data, fetchNextPage, isFetchNextPageError } = query;
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const more = useCallback(() => {
    if (!isFetchNextPageError) void fetchNextPage({ cancelRefetch: false });
  }, [fetchNextPage, isFetchNextPageError]);
  const again = isFetchNextPageError ? () => void fetchNextPage() : undefined;
  return {
    items,
    first: data?.pages[0],
    error: query.error,
    loading: query.isPending || query.isFetchingNextPage,
    hasMore: query.hasNextPage,
    more,
    outdated: query.isStale && !query.isFetching && (data?.pages.length ?? 0) > SHORT_PAGES,
    refresh: again ?? (() => void client.resetQueries({ queryKey, exact: true })),
  };
}
