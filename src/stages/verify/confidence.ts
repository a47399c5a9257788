import semver from 'semver';
import type { PlannedChange } from '../../domain/change.ts';
import type { BreakageSign, Remedy } from '../../domain/remedy.ts';
import type { Confidence, ConfidenceFactor, Verification } from '../../domain/verification.ts';
import { betaInterval } from './beta-interval.ts';
import { detectionOf } from './detection.ts';

/** Outcomes are calibrated apart per model: any change of a number below is a new version. */
const CONFIDENCE_MODEL = 'prior-1';

/**
 * Probability that an update of this distance leaves a client working, before anything was run.
 * The sources and the arithmetic: docs/guide/confidence.md.
 */
const UNBROKEN = {
  patch: 0.985,
  minor: 0.96,
  zeroMinor: 0.9,
  major: 0.75,
  unknown: 0.85,
  removal: 0.95,
};
/** Log-odds. An override forces a version on a parent that never said it works with it. */
const KIND_WEIGHT: Readonly<Record<Remedy['kind'], number>> = {
  'lockfile-bump': 0,
  upgrade: 0,
  'parent-upgrade': -0.1,
  override: -0.6,
  remove: 0,
};
const MAX_SIGN_WEIGHT = 4;
/** A rescan goes by version numbers, and now and then those of an advisory are wrong. */
export const CLOSED_BY_VERSION = 0.99;
const FLAKY_WEIGHT = 0.5;
const FAILING_WEIGHT = 0.75;
/** Below the default threshold of 0.8 on purpose: what proves nothing is not handed over. */
const INCONCLUSIVE_CAP = 0.75;
const FAILED_VALUE = 0.01;
/** Pseudo-counts of a prior that nobody has calibrated here yet. */
const PRIOR_STRENGTH = 20;

/**
 * Probability that a change closes its findings and breaks nothing: a product whose factors are
 * shown by their logarithms. A documented prior; docs/guide/confidence.md has every number's source.
 */
export function confidenceOf(input: {
  readonly change: Pick<PlannedChange, 'remedies' | 'signs'>;
  readonly verification: Verification;
}): Confidence {
  const { change, verification } = input;
  const parts = change.remedies.map((remedy) => remedyPart(remedy, change.signs, verification));
  const factors: ConfidenceFactor[] = [
    ...parts.map(({ factor }) => factor),
    closureFactor(verification),
    ...shareFactors(verification),
  ];
  const sum = factors.reduce((total, { contribution }) => total + contribution, 0);
  const limited = verdictFactor(verification, sum);
  const all = limited === undefined ? factors : [...factors, limited];
  const value = Math.exp(sum + (limited?.contribution ?? 0));
  const power = parts.reduce((total, part) => total + part.power, 0) / Math.max(1, parts.length);
  const [low, high] = betaInterval(value, PRIOR_STRENGTH * (1 + power), 0.9);
  return {
    value: round(value, 3),
    // A very skewed Beta can have its mean outside the central interval.
    interval: [round(Math.min(low, value), 3), round(Math.max(high, value), 3)],
    factors: all.map((factor) => ({ ...factor, contribution: round(factor.contribution, 5) })),
    model: CONFIDENCE_MODEL,
  };
}

/** Probability that one remedy of a verified set breaks nothing; what a set of remedies is split by. */
export function remedyConfidence(
  remedy: Remedy,
  signs: readonly BreakageSign[],
  verification: Verification,
): number {
  return Math.exp(remedyPart(remedy, signs, verification).factor.contribution);
}

/**
 * One remedy's share: its prior, and what a green run that would have seen a breakage with
 * probability d makes of it by Bayes' rule, p / (p + (1 − p)(1 − d)). Remedies that break something
 * are noticed each by itself, so the shares multiply.
 */
function remedyPart(
  remedy: Remedy,
  signs: readonly BreakageSign[],
  verification: Verification,
): { readonly power: number; readonly factor: ConfidenceFactor } {
  const distance = distanceOf(remedy);
  // The sign `major` is left out: the distance says the same.
  const counted = signs.filter((sign) => sign.package === remedy.package && sign.kind !== 'major');
  const weight = counted.reduce((total, sign) => total + Math.max(0, sign.weight), 0);
  const prior = probability(
    logOdds(UNBROKEN[distance]) + KIND_WEIGHT[remedy.kind] - Math.min(MAX_SIGN_WEIGHT, weight),
  );
  const detection = detectionOf(remedy, verification);
  const power = verification.verdict === 'proven' ? detection.power : 0;
  const value = prior / (prior + (1 - prior) * (1 - power));
  const reasons = [
    remedy.kind === 'override' ? `${distanceNames[distance]}, forced` : distanceNames[distance],
    ...new Set(counted.map(({ kind }) => `sign: ${kind}`)),
    detection.why,
  ];
  return {
    power,
    factor: {
      name: remedy.package,
      value: `${prior.toFixed(2)} before, ${value.toFixed(2)} after the tests (${reasons.join('; ')})`,
      contribution: Math.log(value),
    },
  };
}

const distanceNames = {
  patch: 'patch',
  minor: 'minor',
  zeroMinor: 'minor below 1.0',
  major: 'major',
  unknown: 'not comparable',
  removal: 'removal',
} as const;

function distanceOf({ from, to }: Remedy): keyof typeof UNBROKEN {
  if (to === undefined) return 'removal';
  if (semver.valid(from) === null || semver.valid(to) === null) return 'unknown';
  if (semver.major(from) !== semver.major(to)) return 'major';
  if (semver.minor(from) === semver.minor(to)) return 'patch';
  // Semantic Versioning 2.0.0, item 4: below 1.0.0 anything may change.
  return semver.major(to) === 0 ? 'zeroMinor' : 'minor';
}

function closureFactor({ exploits }: Verification): ConfidenceFactor {
  const shown = exploits.filter(({ before, after }) => before === 'succeeds' && after === 'fails');
  return shown.length > 0
    ? {
        name: 'findings closed',
        value: `by rescan, and ${shown.map(({ name }) => name).join(', ')} no longer works`,
        contribution: 0,
      }
    : { name: 'findings closed', value: 'by rescan', contribution: Math.log(CLOSED_BY_VERSION) };
}

/** Tests that cannot be relied on may hide what broke. */
function shareFactors({ baseline, flaky, failingBefore }: Verification): ConfidenceFactor[] {
  const known = new Set(baseline.flatMap(({ tests }) => Object.keys(tests))).size;
  if (known === 0) return [];
  return [
    { name: 'flaky tests', list: flaky, weight: FLAKY_WEIGHT },
    { name: 'failed before', list: failingBefore, weight: FAILING_WEIGHT },
  ]
    .filter(({ list }) => list.length > 0)
    .map(({ name, list, weight }) => ({
      name,
      value: `${list.length} of ${known} tests`,
      contribution: -weight * (list.length / known),
    }));
}

function verdictFactor({ verdict }: Verification, sum: number): ConfidenceFactor | undefined {
  if (verdict === 'proven') return undefined;
  const limit = Math.log(verdict === 'failed' ? FAILED_VALUE : INCONCLUSIVE_CAP);
  if (sum <= limit) return undefined;
  return { name: 'verdict', value: verdict, contribution: limit - sum };
}

function logOdds(p: number): number {
  return Math.log(p / (1 - p));
}

function probability(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
