import { oneOf, searchOf, someOf, textOf } from '../../api/search-params.ts';
import { BANDS, ENVIRONMENTS, FINDING_STATES, REACHABILITY, SEVERITIES } from '../words.ts';

const FLAG = ['true', 'false'] as const;
export const SORTS = ['score', 'due', 'first-seen', 'package'] as const;

/** What of the findings its address says: every filter, the order, and how they are shown. */
export function findingsSearch(search: Record<string, unknown>) {
  return searchOf({
    view: oneOf(search, 'view', ['groups'] as const),
    sort: oneOf(search, 'sort', SORTS),
    text: textOf(search, 'text'),
    band: someOf(search, 'band', BANDS),
    state: someOf(search, 'state', FINDING_STATES),
    exposed: oneOf(search, 'exposed', FLAG),
    severity: someOf(search, 'severity', SEVERITIES),
    environment: someOf(search, 'environment', ENVIRONMENTS),
    reachability: someOf(search, 'reachability', REACHABILITY),
    kev: oneOf(search, 'kev', FLAG),
    fixable: oneOf(search, 'fixable', FLAG),
    asset: textOf(search, 'asset'),
    package: textOf(search, 'package'),
    advisory: textOf(search, 'advisory'),
    group: textOf(search, 'group'),
    dueBefore: textOf(search, 'dueBefore'),
    firstSeenAfter: textOf(search, 'firstSeenAfter'),
  });
}

export type FindingsSearch = ReturnType<typeof findingsSearch>;
