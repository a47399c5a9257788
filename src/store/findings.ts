/** Findings: what scans found, where each stands, and how people look at them. */
export { type Count, type FindingFacets, findingFacets } from './finding-counts.ts';
export { foldFindingDeltas } from './finding-deltas.ts';
export {
  applyFindingEvent,
  type EventCause,
  findingHistory,
  type HistoryEntry,
  type Transition,
} from './finding-events.ts';
export type { FindingFilter } from './finding-filter.ts';
export {
  type FindingGroup,
  type FindingGroups,
  findingGroups,
  type GroupPage,
} from './finding-groups.ts';
export { type FindingList, type FindingPage, listFindings } from './finding-list.ts';
export type { FindingSort } from './finding-order.ts';
export { type FullFinding, findingById, findingsByIds, firstSeenOn } from './finding-read.ts';
export { type RecordedScan, recordFindings, type ScanFindings } from './finding-record.ts';
export type { AssetRef, FindingRow } from './finding-row.ts';
