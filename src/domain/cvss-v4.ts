import { macroVectorScore } from './cvss-v4-table.ts';
import { type Metrics, metric, parseVector } from './cvss-vector.ts';

const BASE = {
  AV: 'NALP',
  AC: 'LH',
  AT: 'NP',
  PR: 'NLH',
  UI: 'NPA',
  VC: 'HLN',
  VI: 'HLN',
  VA: 'HLN',
  SC: 'HLN',
  SI: 'HLN',
  SA: 'HLN',
};

/**
 * Base metrics of a `CVSS:4.0/…` vector. Threat and environmental metrics are not used: exploit
 * maturity and requirements enter the risk by themselves, and must not count twice.
 */
export function parseV4(vector: string): Metrics | undefined {
  return vector.startsWith('CVSS:4.0/') ? parseVector(vector.slice(9), BASE) : undefined;
}

/**
 * The classes of a base vector, CVSS v4.0 specification section 8.3 (tables 24–29). With threat and
 * environmental metrics undefined EQ5 is always 0, EQ4 never 0 (that needs Safety), and EQ6 follows
 * from EQ3: it is 1 exactly where EQ3 is 2.
 */
interface MacroVector {
  readonly eq1: 0 | 1 | 2;
  readonly eq2: 0 | 1;
  readonly eq3: 0 | 1 | 2;
  readonly eq4: 1 | 2;
}

function macroVector(metrics: Metrics): MacroVector {
  const is = (name: string, value: string) => metric(metrics, name) === value;
  const easy = [is('AV', 'N'), is('PR', 'N'), is('UI', 'N')];
  const eq1 = easy.every(Boolean) ? 0 : easy.some(Boolean) && !is('AV', 'P') ? 1 : 2;
  const eq2 = is('AC', 'L') && is('AT', 'N') ? 0 : 1;
  const high = is('VC', 'H') || is('VI', 'H') || is('VA', 'H');
  const eq3 = is('VC', 'H') && is('VI', 'H') ? 0 : high ? 1 : 2;
  const eq4 = is('SC', 'H') || is('SI', 'H') || is('SA', 'H') ? 1 : 2;
  return { eq1, eq2, eq3, eq4 };
}

/** Steps from the worst value of a metric, in its order of severity (section 8.2). */
const ORDER: Readonly<Record<string, string>> = { ...BASE };

/** Highest-severity vectors of each class (section 8.2, table 30), base metrics only. */
const WORST = {
  eq1: [
    ['AV:N/PR:N/UI:N'],
    ['AV:A/PR:N/UI:N', 'AV:N/PR:L/UI:N', 'AV:N/PR:N/UI:P'],
    ['AV:P/PR:N/UI:N', 'AV:A/PR:L/UI:P'],
  ],
  eq2: [['AC:L/AT:N'], ['AC:H/AT:N', 'AC:L/AT:P']],
  eq3: [['VC:H/VI:H/VA:H'], ['VC:L/VI:H/VA:H', 'VC:H/VI:L/VA:H'], ['VC:L/VI:L/VA:L']],
  eq4: [[], ['SC:H/SI:H/SA:H'], ['SC:L/SI:L/SA:L']],
} as const;

/** Depth of each class in steps (section 8.2, table 31). EQ3 and EQ6 are taken together. */
const DEPTH = { eq1: [1, 4, 5], eq2: [1, 2], eq3: [7, 8, 10], eq4: [6, 5, 4] } as const;

/**
 * Base score 0–10 by MacroVector lookup and interpolation, section 8.2: from the class's score take
 * the mean, over the equivalence classes that have a lower neighbour, of the distance to that
 * neighbour times how far into the class the vector lies.
 */
export function scoreV4(metrics: Metrics): number {
  if (['VC', 'VI', 'VA', 'SC', 'SI', 'SA'].every((name) => metric(metrics, name) === 'N')) return 0;
  const here = macroVector(metrics);
  const score = lookUp(here) ?? 0;
  // EQ5 is 0 for a base score: its lower neighbour exists and the vector lies no way into it.
  let neighbours = 1;
  let sum = 0;
  for (const eq of ['eq1', 'eq2', 'eq3', 'eq4'] as const) {
    const below = lowerNeighbour(here, eq);
    if (below === undefined) continue;
    neighbours += 1;
    const depth = DEPTH[eq][here[eq]] ?? 1;
    sum += (score - below) * (distance(metrics, WORST[eq][here[eq]] ?? []) / depth);
  }
  const value = Math.min(10, Math.max(0, score - sum / neighbours));
  // Published scores round half up; the epsilon undoes binary fractions such as 8.649999.
  return Math.round((value + 1e-6) * 10) / 10;
}

function lookUp(macro: MacroVector): number | undefined {
  return macroVectorScore(macro.eq1, macro.eq2, EQ36[macro.eq3], macro.eq4);
}

/** EQ3 and EQ6 of a base vector, joined. */
const EQ36 = ['00', '10', '21'] as const;

/** Score of the next lower class along one equivalence class; EQ3+EQ6 take the higher of two. */
function lowerNeighbour(macro: MacroVector, eq: keyof MacroVector): number | undefined {
  if (eq !== 'eq3') {
    const next = { ...macro, [eq]: macro[eq] + 1 };
    return macroVectorScore(next.eq1, next.eq2, EQ36[next.eq3], next.eq4);
  }
  const at = (eq36: string) => macroVectorScore(macro.eq1, macro.eq2, eq36, macro.eq4);
  if (macro.eq3 === 2) return undefined;
  return macro.eq3 === 1 ? at('11') : Math.max(at('01') ?? 0, at('10') ?? 0);
}

/** Steps below the first worst vector that is nowhere less severe than this one. */
function distance(metrics: Metrics, worst: readonly string[]): number {
  for (const candidate of worst) {
    const steps = candidate.split('/').map((part) => {
      const [name = '', value = ''] = part.split(':');
      const order = ORDER[name] ?? '';
      return order.indexOf(metric(metrics, name)) - order.indexOf(value);
    });
    if (steps.every((step) => step >= 0)) return steps.reduce((sum, step) => sum + step, 0);
  }
  return 0;
}
