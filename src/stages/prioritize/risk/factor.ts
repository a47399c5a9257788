import type { RiskFactor } from '../../../domain/risk.ts';

/** A factor of the probability (log-odds) or of the impact (log of a multiplier). */
export function factor(
  part: 'probability' | 'impact',
  name: string,
  value: string,
  contribution: number,
  source: string,
): RiskFactor {
  // Adding 0 turns −0 into 0, which JSON and people would both stumble over.
  return { name, value, contribution: round(contribution) + 0, source, part };
}

/** Contributions are rounded where they are made, so that what is shown adds up exactly. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

export function sumOf(factors: readonly RiskFactor[], part: 'probability' | 'impact'): number {
  return factors.reduce((sum, each) => (each.part === part ? sum + each.contribution : sum), 0);
}
