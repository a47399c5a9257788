import type { Criticality, Environment } from './context.ts';
import type { Band } from './risk.ts';

/** Published remediation deadlines that apply beside house rules; the earliest wins. */
export type DeadlineStandard = 'bod-26-04' | 'pci-dss' | 'fedramp';

/** FedRAMP certification class. */
export type FedrampClass = 'A' | 'B' | 'C' | 'D';

/** Which published deadlines apply. */
export interface PublishedDeadlines {
  readonly standards: readonly DeadlineStandard[];
  readonly fedrampClass: FedrampClass;
}

/** The operator's own deadline for a band, everywhere or only on some assets. */
export interface HouseDeadline {
  readonly band: Band;
  readonly days: number;
  /** How people call it; shown with the date it sets. */
  readonly name?: string;
  /** Absent: all. */
  readonly environments?: readonly Environment[];
  /** Absent: all. */
  readonly criticalities?: readonly Criticality[];
}

/** Where no policy says otherwise. */
export const defaultPublishedDeadlines: PublishedDeadlines = {
  standards: ['bod-26-04'],
  fedrampClass: 'B',
};
