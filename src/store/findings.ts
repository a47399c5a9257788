/** Findings: what scans found, where each stands, and how people look at them. */
export { findingFacets } from './finding-counts.ts';
export { foldFindingDeltas } from './finding-deltas.ts';
export { applyFindingEvent, findingHistory } from './finding-events.ts';
export type { FindingFilter } from './finding-filter.ts';
export { findingGroups } from './finding-groups.ts';
export { listFindings } from './finding-list.ts';
export type { FindingSort } from './finding-order.ts';
export { findingById } from './finding-read.ts';
export { recordFindings } from './finding-record.ts';
export type { FindingRow } from './finding-row.ts';
