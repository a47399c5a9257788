import type {
  AffectedPackage,
  AffectedRange,
  PackageAdvisory,
  RangeEvent,
} from '../../domain/advisory.ts';
import type { Match } from '../../domain/finding.ts';

/** Orders two versions of one ecosystem: negative, 0, positive. */
export type Compare = (a: string, b: string) => number;

/**
 * Whether a version is affected, by OSV's evaluation algorithm
 * (https://ossf.github.io/osv-schema/#evaluation): it is listed, or inside a range. Records of one
 * vulnerability may disagree; one that says affected is enough, and the match names it. A listed
 * version counts before a range, an earlier record before a later one.
 *
 * `grammar` names the ordering behind `compare`.
 */
export function affectedBy(
  version: string,
  advisory: Pick<PackageAdvisory, 'affected'>,
  compare: Compare,
  grammar = 'semver',
): Match | undefined {
  for (const entry of advisory.affected) {
    const match = matchEntry(version, entry, compare);
    if (match !== undefined) return { ...match, record: entry.record, grammar };
  }
  return undefined;
}

function matchEntry(
  version: string,
  entry: AffectedPackage,
  compare: Compare,
): Pick<Match, 'how' | 'range'> | undefined {
  if (entry.versions.includes(version)) return { how: 'enumerated', range: version };
  for (const range of entry.ranges) {
    const interval = intervalAround(version, range, compare);
    if (interval !== undefined) return { how: 'range', range: interval };
  }
  return undefined;
}

/**
 * The interval of a range that holds a version, written `>=1.0.0 <1.2.3`; `undefined` when none
 * does. GIT ranges order commits, not versions: they say nothing here.
 */
export function intervalAround(
  version: string,
  range: AffectedRange,
  compare: Compare,
): string | undefined {
  if (range.type === 'GIT' || !beforeLimits(version, range.events, compare)) return undefined;
  let affected = false;
  let lower = '';
  let upper = '';
  for (const event of sortEvents(range.events, compare)) {
    const reached = compareToBound(version, event, compare) >= 0;
    if ('introduced' in event) {
      if (reached) {
        if (!affected) lower = event.introduced === '0' ? '' : `>=${event.introduced}`;
        affected = true;
        upper = '';
      }
    } else if ('fixed' in event) {
      if (reached) affected = false;
      else upper ||= `<${event.fixed}`;
    } else if ('lastAffected' in event) {
      if (compare(version, event.lastAffected) > 0) affected = false;
      else upper ||= `<=${event.lastAffected}`;
    }
  }
  return affected ? [lower, upper].filter(Boolean).join(' ') || '*' : undefined;
}

/** `BeforeLimits`: no limit at all, or below at least one; `*` is above everything. */
function beforeLimits(version: string, events: readonly RangeEvent[], compare: Compare): boolean {
  let limited = false;
  for (const event of events) {
    if (!('limit' in event)) continue;
    if (event.limit === '*' || compare(version, event.limit) < 0) return true;
    limited = true;
  }
  return !limited;
}

/**
 * Events in version order. At the same version an end comes before a beginning, and "last
 * affected" comes after both, because it still holds at its own version.
 */
function sortEvents(events: readonly RangeEvent[], compare: Compare): readonly RangeEvent[] {
  if (isSorted(events, compare)) return events;
  return [...events].sort((a, b) => compareEvents(a, b, compare));
}

function isSorted(events: readonly RangeEvent[], compare: Compare): boolean {
  for (let at = 1; at < events.length; at += 1) {
    const before = events[at - 1];
    const after = events[at];
    if (before && after && compareEvents(before, after, compare) > 0) return false;
  }
  return true;
}

function compareEvents(a: RangeEvent, b: RangeEvent, compare: Compare): number {
  const left = boundOf(a);
  const right = boundOf(b);
  const byVersion =
    left === right ? 0 : left === '0' ? -1 : right === '0' ? 1 : compare(left, right);
  return byVersion || rankOf(a) - rankOf(b);
}

/** "0" is not a version but the point before all of them. */
function compareToBound(version: string, event: RangeEvent, compare: Compare): number {
  const bound = boundOf(event);
  return 'introduced' in event && bound === '0' ? 1 : compare(version, bound);
}

function boundOf(event: RangeEvent): string {
  if ('introduced' in event) return event.introduced;
  if ('fixed' in event) return event.fixed;
  return 'lastAffected' in event ? event.lastAffected : event.limit;
}

function rankOf(event: RangeEvent): number {
  if ('fixed' in event) return 0;
  if ('introduced' in event) return 1;
  return 'lastAffected' in event ? 2 : 3;
}
