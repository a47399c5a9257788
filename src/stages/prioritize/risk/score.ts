import type { Band } from '../../../domain/risk.ts';

/** Decades of expected loss between score 0 and score 100. */
const DECADES = 10;

/** An expected loss of 1 in 1,000 within 30 days, inclusive. */
const ACT_FROM = 70;
/** 1 in 32,000. */
const ATTEND_FROM = 55;

/**
 * Expected loss on a logarithmic scale, one decimal: 100 is certain and total loss, and every ten
 * points less a tenth of it. Linear scales put nearly everything at 0: the odds span six decades.
 */
export function scoreOf(probability: number, impact: number): number {
  const raw = 100 * (1 + Math.log10(probability * impact) / DECADES);
  return Math.round(Math.min(100, Math.max(0, raw)) * 10) / 10;
}

/**
 * What to do about it. Two rules stand above the thresholds: what is known to be exploited and is
 * reachable here is to be acted on, and what cannot be reached never interrupts anyone.
 */
export function bandOf(input: {
  readonly score: number;
  readonly knownExploited: boolean;
  readonly reachability: 'reachable' | 'not-reachable' | 'unknown';
}): Band {
  if (input.knownExploited && input.reachability === 'reachable') return 'act';
  if (input.score < ATTEND_FROM) return 'track';
  return input.score < ACT_FROM || input.reachability === 'not-reachable' ? 'attend' : 'act';
}
