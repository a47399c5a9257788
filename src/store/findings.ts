/** Findings: what scans found, where each stands, and how people look at them. */
export {
  applyFindingEvent,
  type EventCause,
  findingHistory,
  type HistoryEntry,
  type Transition,
} from './finding-events.ts';
export { type RecordedScan, recordFindings, type ScanFindings } from './finding-record.ts';
