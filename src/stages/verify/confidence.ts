import semver from 'semver';
import type { PlannedChange } from '../../domain/change.ts';
import type { Remedy } from '../../domain/remedy.ts';
import type { Confidence, ConfidenceFactor, Verification } from '../../domain/verification.ts';
import { betaInterval } from './beta-interval.ts';
import { type Detection, detectionOf } from './detection.ts';

/** Outcomes are calibrated apart per model: any change of a number below is a new version. */
const CONFIDENCE_MODEL = 'prior-1';

/**
 * Probability that an update of this distance leaves a client working, before anything was run.
 * About 12 % of clients are hit by non-major breakage (Venturini et al. 2023), more of it by minor
 * than by patch releases; 56 % of breakages come in majors, which are a small part of releases.
 */
const UNBROKEN = {
  patch: 0.92,
  minor: 0.86,
  zeroMinor: 0.75,
  major: 0.6,
  unknown: 0.7,
  removal: 0.8,
};
/** An override forces a version on a parent that never said it works with it. */
const KIND_WEIGHT: Readonly<Record<Remedy['kind'], number>> = {
  'lockfile-bump': 0,
  upgrade: 0,
  'parent-upgrade': -0.1,
  override: -0.6,
  remove: -0.3,
};
const MAX_SIGN_WEIGHT = 4;
const EXPLOIT_SHOWN = 0.7;
const FLAKY_WEIGHT = 2;
const FAILING_WEIGHT = 3;
/** Below the default threshold of 0.8 on purpose: what proves nothing is not handed over. */
const INCONCLUSIVE_CAP = 0.75;
const FAILED_VALUE = 0.01;
/** Pseudo-counts of a prior that nobody has calibrated here yet. */
const PRIOR_STRENGTH = 20;

/**
 * Probability that a change closes its findings and breaks nothing, as a sum of log-odds whose
 * terms are shown. A documented prior: docs/guide/confidence.md has the sources of each number.
 */
export function confidenceOf(input: {
  readonly change: PlannedChange;
  readonly verification: Verification;
}): Confidence {
  const { change, verification } = input;
  const detection = detectionOf(change, verification);
  const factors = [
    distanceFactor(change.remedies),
    kindFactor(change.remedies),
    signsFactor(change),
    testsFactor(verification, detection),
    exploitFactor(verification),
    ...shareFactors(verification),
  ].filter((factor) => factor !== undefined);
  const sum = factors.reduce((total, { contribution }) => total + contribution, 0);
  const limited = verdictFactor(verification, sum);
  const all = limited === undefined ? factors : [...factors, limited];
  const value = probability(sum + (limited?.contribution ?? 0));
  const strength = PRIOR_STRENGTH * (1 + detection.power);
  const [low, high] = betaInterval(value, strength, 0.9);
  return {
    value: round(value),
    // A very skewed Beta can have its mean outside the central interval.
    interval: [round(Math.min(low, value)), round(Math.max(high, value))],
    factors: all.map((factor) => ({ ...factor, contribution: round(factor.contribution) })),
    model: CONFIDENCE_MODEL,
  };
}

/** All remedies must hold together: their probabilities multiply. */
function distanceFactor(remedies: readonly Remedy[]): ConfidenceFactor {
  const distances = remedies.map(distanceOf);
  const unbroken = distances.reduce((product, distance) => product * UNBROKEN[distance], 1);
  const counts = Object.entries(Object.groupBy(distances, (distance) => distance));
  const value = counts.map(([name, list]) => `${list.length} ${distanceNames[name]}`).join(', ');
  return { name: 'version distance', value, contribution: logOdds(unbroken) };
}

const distanceNames: Readonly<Record<string, string>> = {
  patch: 'patch',
  minor: 'minor',
  zeroMinor: 'minor below 1.0',
  major: 'major',
  unknown: 'not comparable',
  removal: 'removal',
};

function distanceOf({ from, to }: Remedy): keyof typeof UNBROKEN {
  if (to === undefined) return 'removal';
  if (semver.valid(from) === null || semver.valid(to) === null) return 'unknown';
  if (semver.major(from) !== semver.major(to)) return 'major';
  if (semver.minor(from) === semver.minor(to)) return 'patch';
  // Semantic Versioning 2.0.0, item 4: below 1.0.0 anything may change.
  return semver.major(to) === 0 ? 'zeroMinor' : 'minor';
}

function kindFactor(remedies: readonly Remedy[]): ConfidenceFactor | undefined {
  const worst = Math.min(0, ...remedies.map(({ kind }) => KIND_WEIGHT[kind]));
  if (worst === 0) return undefined;
  const kinds = [...new Set(remedies.map(({ kind }) => kind))].join(', ');
  return { name: 'kind of remedy', value: kinds, contribution: worst };
}

/** Signs of the kind `major` are left out: the version distance says the same. */
function signsFactor({ signs }: PlannedChange): ConfidenceFactor | undefined {
  const counted = signs.filter(({ kind }) => kind !== 'major');
  if (counted.length === 0) return undefined;
  const weight = counted.reduce((total, sign) => total + sign.weight, 0);
  return {
    name: 'signs of breakage',
    value: [...new Set(counted.map(({ kind }) => kind))].join(', '),
    contribution: -Math.min(MAX_SIGN_WEIGHT, Math.max(0, weight)),
  };
}

/**
 * What a green run is worth: with a chance d that the tests would have seen a breakage, passing
 * makes "nothing broke" 1 / (1 - d) times as likely as before (Bayes).
 */
function testsFactor(
  { verdict }: Verification,
  { power, why }: Detection,
): ConfidenceFactor | undefined {
  if (verdict !== 'proven') return undefined;
  return { name: 'tests pass', value: why, contribution: -Math.log(1 - power) };
}

function exploitFactor({ exploits }: Verification): ConfidenceFactor | undefined {
  const shown = exploits.filter(({ before, after }) => before === 'succeeds' && after === 'fails');
  if (shown.length === 0) return undefined;
  return {
    name: 'exploit closed',
    value: shown.map(({ name }) => name).join(', '),
    contribution: EXPLOIT_SHOWN,
  };
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
  const limit = logOdds(verdict === 'failed' ? FAILED_VALUE : INCONCLUSIVE_CAP);
  if (sum <= limit) return undefined;
  return { name: 'verdict', value: verdict, contribution: limit - sum };
}

function logOdds(p: number): number {
  return Math.log(p / (1 - p));
}

function probability(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
