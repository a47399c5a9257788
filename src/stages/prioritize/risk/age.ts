import type { RiskFactor } from '../../../domain/risk.ts';
import { factor } from './factor.ts';

/**
 * Log-odds by years since publication, linear between the points. KEV listings of 2023 and 2024 per
 * CVE with public exploit code: 16 per 10,000 in the calendar year after publication, 9.5 in the
 * second, 4.7 in later ones (docs/guide/risk.md); the first year's zero-days are left out.
 */
const POINTS: readonly (readonly [years: number, logOdds: number])[] = [
  [0, 0.8],
  [1, 0.3],
  [2, -0.2],
  [3, -0.6],
  [4, -0.9],
];

const DAY = 86_400_000;
const YEAR = 365.25 * DAY;

/** `share` as for the intrinsic factors: EPSS knows the age too. */
export function ageFactor(published: string, now: Date, share: number): RiskFactor {
  const since = Date.parse(published);
  if (Number.isNaN(since)) return factor('probability', 'age', 'unknown', 0, 'assumed average');
  const elapsed = Math.max(0, now.getTime() - since);
  return factor(
    'probability',
    'age',
    ageText(elapsed),
    logOddsAt(elapsed / YEAR) * share,
    `published ${published.slice(0, 10)}`,
  );
}

function logOddsAt(years: number): number {
  for (const [index, [to, high]] of POINTS.entries()) {
    const previous = POINTS[index - 1];
    if (years > to) continue;
    if (previous === undefined) return high;
    const [from, low] = previous;
    return low + ((high - low) * (years - from)) / (to - from);
  }
  return POINTS.at(-1)?.[1] ?? 0;
}

function ageText(elapsed: number): string {
  const days = Math.floor(elapsed / DAY);
  return days < 60
    ? `${days} days`
    : days < 730
      ? `${Math.floor(days / 30.44)} months`
      : `${Math.floor(elapsed / YEAR)} years`;
}
