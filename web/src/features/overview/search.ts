import { numberOf, oneOf, searchOf } from '../../api/search-params.ts';
import { ENVIRONMENTS } from '../words.ts';

export const RANGES = [30, 90, 180, 365] as const;

/** What of the overview its address says. */
export function overviewSearch(search: Record<string, unknown>) {
  return searchOf({
    days: RANGES.find((days) => days === numberOf(search, 'days')),
    environment: oneOf(search, 'environment', ENVIRONMENTS),
  });
}
