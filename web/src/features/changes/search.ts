import { oneOf, searchOf, someOf, textOf } from '../../api/search-params.ts';
import { CHANGE_STATES } from '../words.ts';

/** What of the changes its address says. */
export function changesSearch(search: Record<string, unknown>) {
  return searchOf({
    needsMe: oneOf(search, 'needsMe', ['true'] as const),
    state: someOf(search, 'state', CHANGE_STATES),
    asset: textOf(search, 'asset'),
    finding: textOf(search, 'finding'),
  });
}

export type ChangesSearch = ReturnType<typeof changesSearch>;
