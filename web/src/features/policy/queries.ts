import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';
import { pagedQuery } from '../../api/pages.ts';

/** The policy in force. */
export const activePolicyQuery = queryOptions({
  queryKey: ['policy', 'active'],
  queryFn: () => unwrap(api.GET('/policy')),
});

export function policyVersionQuery(number: number) {
  return queryOptions({
    queryKey: ['policy', 'version', number],
    queryFn: () => unwrap(api.GET('/policy/versions/{number}', { params: { path: { number } } })),
  });
}

export const policyVersionsQuery = pagedQuery(['policy', 'versions'], (page) =>
  unwrap(api.GET('/policy/versions', { params: { query: page } })),
);

/** What is wrong with a document; the same document is asked about once. */
export function validationQuery(document: string) {
  return queryOptions({
    queryKey: ['policy-validation', document],
    queryFn: () => unwrap(api.POST('/policy/validate', { body: { document } })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });
}
