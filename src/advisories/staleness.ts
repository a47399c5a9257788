import type { FeedState } from '../domain/report.ts';

/** OSV, KEV and EPSS change daily; a week without news is a broken sync. */
const STALE_DAYS = 7;
const DAY_MS = 86_400_000;

/** Age in whole days of what a feed knows: since its newest record, or its last sync if older. */
export function feedAgeDays(feed: FeedState, now: Date): number {
  const times = [feed.asOf, feed.syncedAt].map((date) => Date.parse(date));
  const known = times.filter((time) => !Number.isNaN(time));
  if (known.length === 0) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor((now.getTime() - Math.min(...known)) / DAY_MS));
}

/** One line for a person when any feed is more than a week old; nothing otherwise. */
export function staleness(feeds: readonly FeedState[], now: Date): string | undefined {
  const old = feeds
    .map((feed) => ({ feed, days: feedAgeDays(feed, now) }))
    .filter(({ days }) => days > STALE_DAYS)
    .sort((a, b) => b.days - a.days);
  if (old.length === 0) return undefined;
  const list = old.map(({ feed, days }) => `${feed.name} ${describe(feed, days, now)}`);
  return `advisory data is old: ${list.join('; ')}. Run \`suture sync\`.`;
}

function describe(feed: FeedState, days: number, now: Date): string {
  if (days === Number.POSITIVE_INFINITY) return 'of unknown age';
  const synced = Date.parse(feed.syncedAt);
  const sourceIsOld = now.getTime() - synced <= STALE_DAYS * DAY_MS;
  const detail = sourceIsOld ? `its source ends ${feed.asOf.slice(0, 10)}` : 'not synced since';
  return `${days} days (${detail})`;
}
