/** Something that is due on a day. */
export interface Due {
  readonly id: string;
  /** ISO date; the day counts to its end (UTC). */
  readonly due: string;
}

export interface Approaching<T extends Due> {
  readonly item: T;
  /** Whole hours left; negative when it has passed. */
  readonly hoursLeft: number;
  /** The warning that is due: the shortest of the policy's hours that was reached, or 0 when missed. */
  readonly warnHours: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Which deadlines people are to be told of now, most urgent first. Each is told once per warning:
 * id, date and `warnHours` together make the key.
 *
 * @param warnHours hours before a deadline at which people are told, in any order
 */
export function approaching<T extends Due>(
  items: readonly T[],
  warnHours: readonly number[],
  now: Date,
): readonly Approaching<T>[] {
  const steps = [...warnHours].sort((a, b) => a - b);
  return items
    .flatMap((item) => {
      const left = endOfDay(item.due) - now.getTime();
      const warning = left <= 0 ? 0 : steps.find((hours) => left <= hours * HOUR);
      if (warning === undefined || Number.isNaN(left)) return [];
      return [{ item, hoursLeft: Math.floor(left / HOUR), warnHours: warning }];
    })
    .sort((a, b) => a.hoursLeft - b.hoursLeft || (a.item.id < b.item.id ? -1 : 1));
}

function endOfDay(due: string): number {
  return Date.parse(due.slice(0, 'yyyy-mm-dd'.length)) + DAY;
}
