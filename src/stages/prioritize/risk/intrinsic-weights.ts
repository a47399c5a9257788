import type { WeaknessClass } from './weakness.ts';

/**
 * What is known of a vulnerability apart from attacks seen, each as 0 (no) to 1 (yes). The steps
 * are cumulative, so that a sign on each weight makes the whole monotone: physical access is
 * `notNetwork` and `notNearby`.
 */
export interface Traits {
  readonly notNetwork: number;
  readonly notNearby: number;
  readonly complex: number;
  readonly privileged: number;
  readonly highlyPrivileged: number;
  readonly interaction: number;
}

/**
 * Fitted by `node test/quality/risk/fit.ts` on CISA's Vulnrichment of 2024-10-24: logistic
 * regression with a normal prior (sd 0.5) of "listed in KEV at least 30 days after publication, by
 * that date". `mean` is the average over the records that state the trait: a contribution is
 * `weight × (value − mean)`, so that what is not known adds 0 and never ranks low.
 * `test/quality/risk/risk.test.ts` fails when these drift from what the script finds.
 */
export interface Weight {
  readonly weight: number;
  readonly mean: number;
}

export const TRAIT_WEIGHTS: Readonly<Record<keyof Traits, Weight>> = {
  notNetwork: { weight: 0, mean: 0.239 },
  notNearby: { weight: 0, mean: 0.19 },
  complex: { weight: -0.5, mean: 0.125 },
  privileged: { weight: -0.59, mean: 0.504 },
  highlyPrivileged: { weight: -0.43, mean: 0.138 },
  interaction: { weight: -0.48, mean: 0.319 },
};

export const AUTOMATABLE: Weight = { weight: 0.74, mean: 0.179 };
export const TOTAL_IMPACT: Weight = { weight: 1.51, mean: 0.315 };

export const WEAKNESS_WEIGHTS: Readonly<Record<WeaknessClass, Weight>> = {
  injection: { weight: 0.62, mean: 0.072 },
  access: { weight: 0.47, mean: 0.115 },
  path: { weight: 0.17, mean: 0.055 },
  memory: { weight: 0.15, mean: 0.14 },
  script: { weight: -0.13, mean: 0.251 },
  exhaustion: { weight: -0.28, mean: 0.033 },
  query: { weight: -0.69, mean: 0.074 },
  forgery: { weight: 0.04, mean: 0.013 },
};

/** Average record of each severity band in the same data: what a bare label stands for. */
export interface LabelProfile {
  readonly traits: Traits;
  readonly automatable: number;
  readonly totalImpact: number;
  /** Impact sub-score 0–1, see impact.ts. */
  readonly impact: number;
}

export const LABEL_PROFILES: Readonly<
  Record<'critical' | 'high' | 'medium' | 'low', LabelProfile>
> = {
  critical: {
    traits: {
      notNetwork: 0.03,
      notNearby: 0.01,
      complex: 0.03,
      privileged: 0.13,
      highlyPrivileged: 0.04,
      interaction: 0.05,
    },
    automatable: 0.72,
    totalImpact: 0.9,
    impact: 0.98,
  },
  high: {
    traits: {
      notNetwork: 0.32,
      notNearby: 0.26,
      complex: 0.13,
      privileged: 0.41,
      highlyPrivileged: 0.08,
      interaction: 0.3,
    },
    automatable: 0.2,
    totalImpact: 0.61,
    impact: 0.86,
  },
  medium: {
    traits: {
      notNetwork: 0.2,
      notNearby: 0.16,
      complex: 0.12,
      privileged: 0.63,
      highlyPrivileged: 0.19,
      interaction: 0.37,
    },
    automatable: 0.1,
    totalImpact: 0.11,
    impact: 0.51,
  },
  low: {
    traits: {
      notNetwork: 0.39,
      notNearby: 0.34,
      complex: 0.38,
      privileged: 0.7,
      highlyPrivileged: 0.27,
      interaction: 0.53,
    },
    automatable: 0.01,
    totalImpact: 0.03,
    impact: 0.27,
  },
};
/** Impact sub-score of the average record, for when nothing is known. */
export const MEAN_IMPACT = 0.67;
/**
 * Log-odds at which the average probability over all 43,803 records equals what was measured:
 * 28 of them were listed in KEV within 305 days, 6.3e-5 per 30 days.
 */
export const BASE_LOG_ODDS = -10.26;
