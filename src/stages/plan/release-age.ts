import type { PublishedVersion } from '../../ports/package-registry.ts';

const DAY = 86_400_000;

/** Why a version is too young to be taken, or `undefined` when it is old enough. */
export interface TooYoung {
  readonly why: string;
  /** ISO date from which it may be taken; absent when the age is not known. */
  readonly from?: string;
}

/**
 * Whether a version is younger than the cooldown.
 *
 * A version without a date counts as old enough only when something that was listed after it is:
 * registries list in order of publication. Otherwise an unknown age is a young age, because an
 * attacker's release must not get in by hiding its date.
 *
 * @param listed all versions of the package in publication order
 */
export function tooYoung(
  version: PublishedVersion,
  listed: readonly PublishedVersion[],
  cooldownDays: number,
  now: Date,
): TooYoung | undefined {
  if (cooldownDays <= 0) return undefined;
  const horizon = now.getTime() - cooldownDays * DAY;
  const time = timeOf(version);
  if (time !== undefined) {
    if (time <= horizon) return undefined;
    const days = Math.max(0, Math.floor((now.getTime() - time) / DAY));
    const from = new Date(time + cooldownDays * DAY).toISOString().slice(0, 10);
    return {
      why: `is ${days} ${days === 1 ? 'day' : 'days'} old; the cooldown is ${cooldownDays} days`,
      from,
    };
  }
  const later = listed.slice(listed.findIndex((entry) => entry.version === version.version) + 1);
  if (later.some((entry) => (timeOf(entry) ?? Number.POSITIVE_INFINITY) <= horizon))
    return undefined;
  return {
    why: `has no publication date in the registry, and the cooldown is ${cooldownDays} days`,
  };
}

function timeOf({ published }: PublishedVersion): number | undefined {
  if (published === undefined) return undefined;
  const time = Date.parse(published);
  return Number.isNaN(time) ? undefined : time;
}
