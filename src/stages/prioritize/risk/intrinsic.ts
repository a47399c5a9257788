import type { RiskFactor } from '../../../domain/risk.ts';
import { factor } from './factor.ts';
import {
  AUTOMATABLE,
  TOTAL_IMPACT,
  TRAIT_WEIGHTS,
  type Traits,
  WEAKNESS_WEIGHTS,
  type Weight,
} from './intrinsic-weights.ts';
import type { Intrinsic, Stated } from './traits.ts';
import { weaknessClasses } from './weakness.ts';

/**
 * How much of the facts below is left when EPSS is there: its model has read the same CVSS vector,
 * weakness and exploit links already, and the same fact must not count twice.
 */
export const SHARE_BESIDE_EPSS = 0.25;

/**
 * What a vulnerability's nature says about the odds of exploitation, in log-odds against the
 * average one. `share` scales all of it (1, or {@link SHARE_BESIDE_EPSS}).
 */
export function intrinsicFactors(intrinsic: Intrinsic, share: number): readonly RiskFactor[] {
  const probability = (name: string, value: string, raw: number, source: string) =>
    factor('probability', name, value, raw * share, source);
  return [
    probability(
      'cvss-exploitability',
      describeTraits(intrinsic),
      intrinsic.traits === undefined ? 0 : traitsLogOdds(intrinsic.traits),
      sourceOf(intrinsic),
    ),
    probability(
      'automatable',
      describeStated(intrinsic.automatable, 'yes', 'no'),
      centred(AUTOMATABLE, intrinsic.automatable?.value),
      statedSource(intrinsic.automatable),
    ),
    probability(
      'technical-impact',
      describeStated(intrinsic.totalImpact, 'total', 'partial'),
      centred(TOTAL_IMPACT, intrinsic.totalImpact?.value),
      statedSource(intrinsic.totalImpact),
    ),
    probability(
      'weakness',
      intrinsic.weaknesses === undefined
        ? 'unknown'
        : [...intrinsic.weaknesses].join(', ') || 'another class',
      weaknessLogOdds(intrinsic),
      intrinsic.weaknesses === undefined ? 'assumed average' : 'CWE ids of the advisory',
    ),
  ];
}

function traitsLogOdds(traits: Traits): number {
  let sum = 0;
  for (const name of Object.keys(TRAIT_WEIGHTS) as (keyof Traits)[]) {
    sum += centred(TRAIT_WEIGHTS[name], traits[name]);
  }
  return sum;
}

function weaknessLogOdds({ weaknesses }: Intrinsic): number {
  if (weaknesses === undefined) return 0;
  let sum = 0;
  for (const name of weaknessClasses) {
    sum += centred(WEAKNESS_WEIGHTS[name], weaknesses.has(name) ? 1 : 0);
  }
  return sum;
}

function centred({ weight, mean }: Weight, value: number | undefined): number {
  return value === undefined ? 0 : weight * (value - mean);
}

function describeTraits({ cvss, label }: Intrinsic): string {
  if (cvss === undefined) return label === undefined ? 'unknown' : `typical for ${label}`;
  const { attackVector, attackComplexity, privileges, userInteraction } = cvss.metrics;
  return [
    attackVector === 'network' ? 'over the network' : `${attackVector} access`,
    attackComplexity === 'low' ? 'simple' : 'complex',
    privileges === 'none' ? 'no rights needed' : `${privileges} rights needed`,
    userInteraction === 'none' ? 'no victim needed' : 'needs a victim to act',
  ].join(', ');
}

function sourceOf({ cvss, label }: Intrinsic): string {
  if (cvss !== undefined) return cvss.vector;
  return label === undefined ? 'assumed average' : `severity label ${label}`;
}

function describeStated(stated: Stated | undefined, yes: string, no: string): string {
  if (stated === undefined) return 'unknown';
  if (stated.from === 'label') return `${Math.round(stated.value * 100)} % likely ${yes}`;
  return `${stated.value === 1 ? yes : no}${stated.from === 'cvss' ? ' (derived)' : ''}`;
}

function statedSource(stated: Stated | undefined): string {
  if (stated === undefined) return 'assumed average';
  return { ssvc: 'SSVC', cvss: 'derived from CVSS', label: 'severity label' }[stated.from];
}
