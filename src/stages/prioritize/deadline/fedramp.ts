import type { FedrampClass } from '../../../domain/deadline-policy.ts';

/**
 * FedRAMP Consolidated Rules 2026 (24 June 2026), VDR-TFR-PVR, from github.com/FedRAMP/rules: days
 * from evaluation within which a provider SHOULD mitigate or remediate a vulnerability, by
 * certification class, potential agency impact (N1–N5), likely exploitability and internet
 * reachability. N1 has no date: routine operations.
 *
 * VER-TFR-MAV: what stays open longer than 192 days MUST be marked as accepted.
 */
export type AgencyImpact = 'N1' | 'N2' | 'N3' | 'N4' | 'N5';
export type FedrampCase = 'exposed' | 'internal' | 'unlikely';

type Days = Readonly<Record<FedrampCase, number>>;

const days = (exposed: number, internal: number, unlikely: number): Days => ({
  exposed,
  internal,
  unlikely,
});

const CLASS_A_AND_B: Readonly<Record<Exclude<AgencyImpact, 'N1'>, Days>> = {
  N5: days(4, 8, 32),
  N4: days(8, 32, 64),
  N3: days(32, 64, 192),
  N2: days(96, 160, 192),
};

const TABLE: Readonly<Record<FedrampClass, typeof CLASS_A_AND_B>> = {
  A: CLASS_A_AND_B,
  B: CLASS_A_AND_B,
  C: {
    N5: days(2, 4, 16),
    N4: days(4, 8, 64),
    N3: days(16, 32, 128),
    N2: days(48, 128, 192),
  },
  D: {
    N5: days(0.5, 1, 8),
    N4: days(2, 8, 32),
    N3: days(8, 16, 64),
    N2: days(24, 96, 192),
  },
};

/** Days from evaluation; `undefined` for N1. */
export function fedrampDays(
  certification: FedrampClass,
  impact: AgencyImpact,
  reach: FedrampCase,
): number | undefined {
  return impact === 'N1' ? undefined : TABLE[certification][impact][reach];
}

/**
 * Least of our impact (0–1, docs/guide/risk.md) for each rating. The rules rate in words, from
 * negligible (N1) over limited, serious and severe to catastrophic (N5); these bounds are ours:
 * 0.35 is the full compromise of an ordinary production service, and N5 begins where that meets a
 * mission-critical one (× 1.9) with confidential data (× 1.25) or worse, a little below 0.83.
 */
const RATINGS: readonly (readonly [AgencyImpact, number])[] = [
  ['N5', 0.75],
  ['N4', 0.35],
  ['N3', 0.15],
  ['N2', 0.05],
];

/** Our impact as a potential agency impact. */
export function agencyImpact(impact: number): AgencyImpact {
  return RATINGS.find(([, least]) => impact >= least)?.[0] ?? 'N1';
}

/**
 * Which column applies. Likely exploitable: everything but what was shown not to be reachable, and
 * what only development needs; unknown counts as likely (the rules put the burden of proof on the
 * provider). Internet-reachable: the asset is.
 */
export function fedrampCase(facts: {
  readonly exposed: boolean;
  readonly shownUnreachable: boolean;
  readonly developmentOnly: boolean;
}): FedrampCase {
  if (facts.shownUnreachable || facts.developmentOnly) return 'unlikely';
  return facts.exposed ? 'exposed' : 'internal';
}
