import type { SeverityLabel } from '../../../domain/advisory.ts';
import type { Scope } from '../../../domain/component.ts';
import type { AssetContext } from '../../../domain/context.ts';
import type { HouseDeadline, PublishedDeadlines } from '../../../domain/deadline-policy.ts';
import type { Reachability } from '../../../domain/reachability.ts';
import type { Band } from '../../../domain/risk.ts';
import type { Threat } from '../../../domain/threat.ts';
import type { Intrinsic } from '../risk/traits.ts';

/** Everything that a rule for deadlines may look at. */
export interface DeadlineInput {
  readonly threat: Threat;
  readonly intrinsic: Intrinsic;
  readonly context: AssetContext;
  /** A component that only development needs is not on the exposed asset at all. */
  readonly scope: Scope;
  readonly band: Band;
  /** 0–1, as the risk has it. */
  readonly impact: number;
  readonly severity: SeverityLabel;
  readonly reachability: Reachability['status'];
  /** Whether a version without the vulnerability is known. */
  readonly fixKnown: boolean;
  /** ISO 8601 publication of the advisory; empty when it has none. */
  readonly published: string;
  readonly deadlines: readonly HouseDeadline[];
  /** Absent: BOD 26-04. */
  readonly standards?: PublishedDeadlines;
  readonly now: Date;
  /** ISO date the finding was first seen; `now` when this is the first time. */
  readonly firstSeen?: string;
}

export function isExposed({ context, scope }: Pick<DeadlineInput, 'context' | 'scope'>): boolean {
  return context.exposure.value === 'internet' && scope !== 'development';
}

/** When it was detected: the start of most clocks. */
export function detectedAt({ firstSeen, now }: Pick<DeadlineInput, 'firstSeen' | 'now'>): Date {
  return dateOf(firstSeen) ?? now;
}

export function dateOf(text: string | undefined): Date | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** The ISO date so many days after a moment. */
export function isoAfter(start: Date, days: number): string {
  return isoDate(new Date(start.getTime() + days * 86_400_000));
}

export function isoDate(moment: Date): string {
  return moment.toISOString().slice(0, 'yyyy-mm-dd'.length);
}
