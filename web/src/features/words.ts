import type { Schemas } from '../api/types.ts';

/** Lists of the words that filters know, in the order in which they are shown. */
export const BANDS = ['act', 'attend', 'track'] as const satisfies readonly Schemas['Band'][];
export const ENVIRONMENTS = [
  'production',
  'staging',
  'test',
  'development',
] as const satisfies readonly Schemas['Environment'][];
export const EXPOSURES = [
  'internet',
  'internal',
  'isolated',
] as const satisfies readonly Schemas['Exposure'][];
export const SENSITIVITIES = [
  'regulated',
  'confidential',
  'internal',
  'public',
] as const satisfies readonly Schemas['DataSensitivity'][];
export const SEVERITIES = [
  'critical',
  'high',
  'medium',
  'low',
  'none',
  'unknown',
] as const satisfies readonly Schemas['SeverityLabel'][];
export const REACHABILITY = [
  'reachable',
  'unknown',
  'not-reachable',
] as const satisfies readonly Schemas['ReachabilityStatus'][];
export const FINDING_STATES = [
  'open',
  'reopened',
  'in-progress',
  'awaiting-approval',
  'patched',
  'accepted',
  'not-affected',
  'verified-closed',
] as const satisfies readonly Schemas['FindingState'][];
export const CHANGE_STATES = [
  'awaiting-approval',
  'suggested',
  'observed',
  'withheld',
  'scheduled',
  'handed-over',
  'closed',
  'not-effective',
  'rejected',
  'superseded',
  'cancelled',
] as const satisfies readonly Schemas['ChangeState'][];
export const CRITICALITIES = [1, 2, 3, 4] as const;

/** What the tiers of criticality are called. */
export const CRITICALITY_WORDS: Readonly<Record<Schemas['Criticality'], string>> = {
  1: '1 · mission-critical',
  2: '2 · important',
  3: '3 · useful',
  4: '4 · expendable',
};
