/**
 * Scores of the CVSS v4.0 MacroVectors that a base vector can fall into or next to: the part of the
 * specification's lookup table (section 8.3, FIRST) with EQ5 = 0 and EQ4 > 0.
 * Outer key EQ1 EQ2; inner key EQ3 EQ6; the pair is for EQ4 = 1 and EQ4 = 2.
 */
const SCORES: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> = {
  '00': { '00': [10, 9.3], '01': [9.6, 9], '10': [9.3, 8.8], '11': [9.2, 8], '21': [7.9, 6.9] },
  '01': { '00': [9.5, 9.2], '01': [9.1, 8.1], '10': [9.2, 8.4], '11': [8.2, 7], '21': [7.1, 6.3] },
  '10': {
    '00': [9.4, 8.7],
    '01': [8.9, 7.5],
    '10': [8.6, 7.2],
    '11': [7.6, 5.7],
    '21': [6.5, 5.3],
  },
  '11': { '00': [9, 7.7], '01': [7.7, 6.6], '10': [7.4, 6.1], '11': [5.9, 5.2], '21': [5.8, 2.3] },
  '20': { '00': [8.6, 7], '01': [7.4, 5.4], '10': [7.2, 5.3], '11': [5.7, 3.6], '21': [4.7, 2.4] },
  '21': { '00': [7.3, 5.4], '01': [5.5, 4.3], '10': [6.1, 4.6], '11': [5.1, 1.8], '21': [2.4, 1] },
};

/** The class's score, or `undefined` where the specification has no such class. */
export function macroVectorScore(
  eq1: number,
  eq2: number,
  eq36: string | undefined,
  eq4: number,
): number | undefined {
  return eq36 === undefined ? undefined : SCORES[`${eq1}${eq2}`]?.[eq36]?.[eq4 - 1];
}
