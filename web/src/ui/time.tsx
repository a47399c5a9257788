import { useSyncExternalStore } from 'react';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const wholeNumber = new Intl.NumberFormat('en');
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });
const shortDay = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });

let now = Date.now();
const clocks = new Set<() => void>();
// One clock for every relative time on the page.
setInterval(() => {
  now = Date.now();
  for (const tick of clocks) tick();
}, 30_000);

function subscribe(tick: () => void): () => void {
  // What was made since the last beat must not seem to lie ahead.
  now = Date.now();
  clocks.add(tick);
  return () => clocks.delete(tick);
}

/** Milliseconds since 1970, every half minute anew. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

function relativeTo(at: number, reference: number): string {
  const distance = at - reference;
  const size = Math.abs(distance);
  // Clocks differ by seconds: what is that near is now.
  if (size < 45_000) return 'just now';
  if (size < HOUR) return relative.format(Math.round(distance / MINUTE), 'minute');
  if (size < 36 * HOUR) return relative.format(Math.round(distance / HOUR), 'hour');
  if (size < 45 * DAY) return relative.format(Math.round(distance / DAY), 'day');
  return day.format(at);
}

/** A moment: how long ago or ahead; the exact time on hover. */
export function Time({ at, className }: { at: string; className?: string }) {
  const reference = useNow();
  const time = Date.parse(at);
  if (Number.isNaN(time)) return <span className={className}>{at}</span>;
  return (
    <time dateTime={at} title={exact.format(time)} className={className}>
      {relativeTo(time, reference)}
    </time>
  );
}

/** Whole days from today to a date (`2026-11-24`) where the reader is; negative: past. */
function daysUntil(date: string, reference: number): number {
  const [year = 0, month = 1, dayOfMonth = 1] = date.split('-').map(Number);
  const today = new Date(reference);
  const from = Date.UTC(today.getFullYear(), today.getMonth(), today.getDate());
  return Math.round((Date.UTC(year, month - 1, dayOfMonth) - from) / DAY);
}

function dueWords(days: number): string {
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  if (days < 0) return `${wholeNumber.format(-days)} d overdue`;
  return `in ${days} d`;
}

/** A deadline; loud only when it is near or past. */
export function Due({ date, closed = false }: { date: string | null; closed?: boolean }) {
  const days = daysUntil(date ?? '1970-01-01', useNow());
  if (date === null) return <span className="faint">–</span>;
  const tone = closed || days > 7 ? 'soft' : days <= 1 ? 'act' : 'attend';
  return (
    <time dateTime={date} title={formatDay(date)} className={tone}>
      {closed || days > 60 ? formatDay(date) : dueWords(days)}
    </time>
  );
}

/** `24 Nov 2026` for `2026-11-24`, or for a moment. */
export function formatDay(date: string): string {
  const time = Date.parse(date.length === 10 ? `${date}T12:00:00` : date);
  return Number.isNaN(time) ? date : day.format(time);
}

/** `24 Nov` */
export function formatShortDay(date: string): string {
  const time = Date.parse(date.length === 10 ? `${date}T12:00:00` : date);
  return Number.isNaN(time) ? date : shortDay.format(time);
}
