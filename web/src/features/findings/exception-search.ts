import { oneOf, searchOf } from '../../api/search-params.ts';

export const EXCEPTION_STATES = [
  'requested',
  'active',
  'expired',
  'rejected',
  'withdrawn',
] as const;

/** Which exceptions the address asks for; without a state, all. */
export function exceptionsSearch(search: Record<string, unknown>) {
  return searchOf({ state: oneOf(search, 'state', EXCEPTION_STATES) });
}
