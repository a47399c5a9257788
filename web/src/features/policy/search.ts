import { numberOf, oneOf, searchOf } from '../../api/search-params.ts';

const POLICY_PARTS = ['difference', 'simulation', 'versions'] as const;

/** Which part of the policy its address says, and of which version; without one, the one in force. */
export function policySearch(search: Record<string, unknown>) {
  return searchOf({
    part: oneOf(search, 'part', POLICY_PARTS),
    version: numberOf(search, 'version'),
  });
}
