import { type Metrics, metric, parseVector, weight } from './cvss-vector.ts';

const BASE = {
  AV: 'NALP',
  AC: 'LH',
  PR: 'NLH',
  UI: 'NR',
  S: 'UC',
  C: 'HLN',
  I: 'HLN',
  A: 'HLN',
};

/** CVSS v3.1 specification, section 7.4; the same in v3.0, section 8.4. */
const WEIGHTS = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  PR: { N: 0.85, L: 0.62, H: 0.27 },
  UI: { N: 0.85, R: 0.62 },
  C: { H: 0.56, L: 0.22, N: 0 },
  I: { H: 0.56, L: 0.22, N: 0 },
  A: { H: 0.56, L: 0.22, N: 0 },
};
/** Privileges weigh less when the scope changes (same section). */
const PRIVILEGES_CHANGED: Readonly<Record<string, number>> = { N: 0.85, L: 0.68, H: 0.5 };

/** Base metrics of a `CVSS:3.0/…` or `CVSS:3.1/…` vector. */
export function parseV3(vector: string): Metrics | undefined {
  return /^CVSS:3\.[01]\//.test(vector) ? parseVector(vector.slice(9), BASE) : undefined;
}

/**
 * Base score 0–10: v3.1 specification, section 7.1; v3.0, section 8.1. The two round differently on
 * paper, but over all 2,592 base vectors to the same score.
 */
export function scoreV3(metrics: Metrics): number {
  const of = (name: string) => weight(WEIGHTS, metrics, name);
  const changed = metric(metrics, 'S') === 'C';
  const iss = 1 - (1 - of('C')) * (1 - of('I')) * (1 - of('A'));
  const impact = changed ? 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02) ** 15 : 6.42 * iss;
  if (impact <= 0) return 0;
  const privileges = changed ? (PRIVILEGES_CHANGED[metric(metrics, 'PR')] ?? 0) : of('PR');
  const exploitability = 8.22 * of('AV') * of('AC') * privileges * of('UI');
  const sum = Math.min(changed ? 1.08 * (impact + exploitability) : impact + exploitability, 10);
  return roundUp(sum);
}

/** v3.1, appendix A: the smallest tenth not below the input, in integers so that 4.02 stays 4.1. */
function roundUp(value: number): number {
  const scaled = Math.round(value * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}
