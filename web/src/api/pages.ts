export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** A list that is read page by page with the server's cursors. */
export interface PagedQuery<Page> {
  readonly queryKey: readonly unknown[];
  readonly load: (page: { cursor?: string; limit: number }) => Promise<Page>;
  /** Milliseconds after which it is old, for what no event tells of; absent: only an event does. */
  readonly staleMs?: number;
}

/** How many a page of a long list holds. */
export const PAGE_SIZE = 100;

export function pagedQuery<Page extends PageOf<unknown>>(
  queryKey: readonly unknown[],
  load: PagedQuery<Page>['load'],
  options: Pick<PagedQuery<Page>, 'staleMs'> = {},
): PagedQuery<Page> {
  return { queryKey, load, ...options };
}
