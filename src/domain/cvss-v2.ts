import { type Metrics, parseVector, weight } from './cvss-vector.ts';

const BASE = { AV: 'LAN', AC: 'HML', Au: 'MSN', C: 'NPC', I: 'NPC', A: 'NPC' };

/** CVSS v2 guide, section 3.2.1 (base metrics). */
const WEIGHTS = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  C: { N: 0, P: 0.275, C: 0.66 },
  I: { N: 0, P: 0.275, C: 0.66 },
  A: { N: 0, P: 0.275, C: 0.66 },
};

/** Base metrics of a v2 vector, with or without NVD's parentheses. */
export function parseV2(vector: string): Metrics | undefined {
  return parseVector(vector.replace(/^\((.*)\)$/, '$1').replace(/^CVSS2[:#]/, ''), BASE);
}

/** Base score 0–10, equation of the CVSS v2 guide, section 3.2.1. */
export function scoreV2(metrics: Metrics): number {
  const of = (name: string) => weight(WEIGHTS, metrics, name);
  const impact = 10.41 * (1 - (1 - of('C')) * (1 - of('I')) * (1 - of('A')));
  const exploitability = 20 * of('AV') * of('AC') * of('Au');
  const factor = impact === 0 ? 0 : 1.176;
  return Math.round((0.6 * impact + 0.4 * exploitability - 1.5) * factor * 10) / 10;
}
