/**
 * Finds the weights of src/stages/prioritize/risk/intrinsic-weights.ts from the frozen feeds.
 *
 *   node test/quality/risk/fit.ts
 */
import { pathToFileURL } from 'node:url';
import { preferredAssessment } from '../../../src/domain/cvss.ts';
import { labelOf } from '../../../src/domain/severity.ts';
import { cvssImpact } from '../../../src/stages/prioritize/risk/impact.ts';
import type { Traits } from '../../../src/stages/prioritize/risk/intrinsic-weights.ts';
import { type Intrinsic, intrinsicOf } from '../../../src/stages/prioritize/risk/traits.ts';
import { weaknessClasses } from '../../../src/stages/prioritize/risk/weakness.ts';
import { HORIZON, missingFeeds, readSamples, type Sample, SNAPSHOT } from './dataset.ts';
import { fitLogistic } from './logistic.ts';

/** A listing sooner than the model's own horizon is a zero-day: nobody could have ranked it. */
const LEAST_LAG_DAYS = 30;
/** Standard deviation of the prior on each weight, in log-odds. */
const PRIOR_SD = 0.5;
const DAY = 86_400_000;

const TRAITS: readonly (keyof Traits)[] = [
  'notNetwork',
  'notNearby',
  'complex',
  'privileged',
  'highlyPrivileged',
  'interaction',
];
const FEATURES = [...TRAITS, 'automatable', 'totalImpact', ...weaknessClasses];
/** What makes an attack harder can only lower the odds; what makes it easier only raise them. */
const SIGNS = FEATURES.map((_, at): -1 | 0 | 1 => (at < 6 ? -1 : at < 8 ? 1 : 0));

export interface Fit {
  readonly weights: Readonly<Record<string, { weight: number; mean: number }>>;
  readonly labels: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly meanImpact: number;
  readonly baseLogOdds: number;
  readonly trainedOn: { readonly positives: number; readonly records: number };
  readonly hazard: { readonly later: number; readonly atRisk: number; readonly days: number };
}

/** Fits on what was in KEV at the snapshot; the later listings count as not listed. */
export function fit(samples: readonly Sample[]): Fit {
  const intrinsics = samples.map((sample) => intrinsicOf(sample, sample.threat));
  const means = FEATURES.map((name) => mean(intrinsics.map((it) => featureOf(it, name))));
  const centred = intrinsics.map((it) =>
    FEATURES.map((name, at) => (featureOf(it, name) ?? means[at] ?? 0) - (means[at] ?? 0)),
  );
  const kept = samples.map((_, at) => at).filter((at) => !isZeroDay(samples[at]));
  const labels = kept.map((at) => (isListed(samples[at]) ? 1 : 0));
  const { weights } = fitLogistic(
    kept.map((at) => centred[at] ?? []),
    labels,
    SIGNS,
    1 / PRIOR_SD ** 2,
  );
  const rounded = weights.map((weight) => roundTo(weight, 2));
  const atRisk = samples.map((_, at) => at).filter((at) => !isListed(samples[at]));
  const hazard = hazardOf(samples);
  const odds = atRisk.map((at) => dot(centred[at] ?? [], rounded));
  return {
    weights: Object.fromEntries(
      FEATURES.map((name, at) => [
        name,
        { weight: rounded[at] ?? 0, mean: roundTo(means[at] ?? 0, 3) },
      ]),
    ),
    labels: profiles(samples, intrinsics),
    meanImpact: roundTo(mean(intrinsics.map(impactOf)), 2),
    baseLogOdds: roundTo(
      interceptFor(odds, ((hazard.later / hazard.atRisk) * 30) / hazard.days),
      2,
    ),
    trainedOn: {
      positives: labels.reduce<number>((sum, label) => sum + label, 0),
      records: kept.length,
    },
    hazard,
  };
}

function hazardOf(samples: readonly Sample[]): Fit['hazard'] {
  const atRisk = samples.filter((sample) => !isListed(sample));
  const later = atRisk.filter((sample) => sample.listed !== undefined).length;
  const days = (Date.parse(HORIZON) - Date.parse(SNAPSHOT)) / DAY;
  return { later, atRisk: atRisk.length, days };
}

/** The intercept at which the average probability over all records is `rate`. */
function interceptFor(odds: readonly number[], rate: number): number {
  let low = -20;
  let high = 0;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    const average = mean(odds.map((value) => 1 / (1 + Math.exp(-value - middle))));
    if (average > rate) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

function isListed(sample: Sample | undefined): boolean {
  return sample?.listed !== undefined && sample.listed <= SNAPSHOT;
}

function isZeroDay(sample: Sample | undefined): boolean {
  if (sample?.listed === undefined || !isListed(sample)) return false;
  return Date.parse(sample.listed) - Date.parse(sample.published) < LEAST_LAG_DAYS * DAY;
}

function featureOf(intrinsic: Intrinsic, name: string): number | undefined {
  if (name === 'automatable') return intrinsic.automatable?.value;
  if (name === 'totalImpact') return intrinsic.totalImpact?.value;
  const trait = TRAITS.find((it) => it === name);
  if (trait !== undefined) return intrinsic.cvss && intrinsic.traits?.[trait];
  const weakness = weaknessClasses.find((it) => it === name);
  return weakness && intrinsic.weaknesses && (intrinsic.weaknesses.has(weakness) ? 1 : 0);
}

function impactOf(intrinsic: Intrinsic): number | undefined {
  return intrinsic.cvss && cvssImpact(intrinsic.cvss.metrics);
}

/** The average record of each severity band. */
function profiles(samples: readonly Sample[], intrinsics: readonly Intrinsic[]): Fit['labels'] {
  const groups: Record<string, Intrinsic[]> = {};
  for (const [at, sample] of samples.entries()) {
    const best = preferredAssessment(sample.severities);
    const intrinsic = intrinsics[at];
    if (best === undefined || intrinsic === undefined) continue;
    (groups[labelOf(best.score, best.version)] ??= []).push(intrinsic);
  }
  return Object.fromEntries(
    ['critical', 'high', 'medium', 'low'].map((label) => {
      const group = groups[label] ?? [];
      const average = (name: string) => roundTo(mean(group.map((it) => featureOf(it, name))), 2);
      const entries = FEATURES.slice(0, 8).map((name): [string, number] => [name, average(name)]);
      return [
        label,
        { ...Object.fromEntries(entries), impact: roundTo(mean(group.map(impactOf)), 2) },
      ];
    }),
  );
}

function mean(values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

function roundTo(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits + 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const output = missingFeeds ?? JSON.stringify(fit(readSamples()), null, 2);
  process.stdout.write(`${output}\n`);
}
