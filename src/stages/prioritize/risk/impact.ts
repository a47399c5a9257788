import type { AssetContext, ContextField } from '../../../domain/context.ts';
import type { CvssMetrics } from '../../../domain/cvss.ts';
import type { RiskFactor } from '../../../domain/risk.ts';
import { factor } from './factor.ts';
import { LABEL_PROFILES, MEAN_IMPACT } from './intrinsic-weights.ts';
import type { Intrinsic } from './traits.ts';

/** Impact of a complete compromise of an ordinary production service, 0–1. */
const BASELINE = 0.35;
/** Multipliers; 1 is the ordinary asset. The worst of all together reach 0.9975, never 1. */
const CRITICALITY = { 1: 1.9, 2: 1.35, 3: 1, 4: 0.5 } as const;
const DATA = { regulated: 1.5, confidential: 1.25, internal: 1, public: 0.75 } as const;
const ENVIRONMENT = { production: 1, staging: 0.5, test: 0.3, development: 0.2 } as const;

/** CVSS v3.1's weights of high, low and none, section 7.4; used for every version. */
const LOSS = { high: 0.56, low: 0.22, none: 0 } as const;
/** The impact sub-score when all three are high. */
const WORST = 1 - (1 - LOSS.high) ** 3;
/** A vulnerability without any stated loss still is one: a floor keeps the logarithm finite. */
const LEAST = 0.05;

/** CVSS's impact sub-score as a share of the worst, 0.05–1. */
export function cvssImpact(metrics: CvssMetrics): number {
  const { confidentiality, integrity, availability } = metrics;
  const kept = (1 - LOSS[confidentiality]) * (1 - LOSS[integrity]) * (1 - LOSS[availability]);
  return Math.max(LEAST, (1 - kept) / WORST);
}

/** What exploitation would cost here: logarithms of multipliers, 0 for the ordinary case. */
export function impactFactors(intrinsic: Intrinsic, context: AssetContext): readonly RiskFactor[] {
  const { cvss, label } = intrinsic;
  const severity =
    cvss !== undefined
      ? { share: cvssImpact(cvss.metrics), value: describe(cvss.metrics), source: cvss.vector }
      : label !== undefined && label in LABEL_PROFILES
        ? {
            share: LABEL_PROFILES[label as keyof typeof LABEL_PROFILES].impact,
            value: `typical for ${label}`,
            source: `severity label ${label}`,
          }
        : { share: MEAN_IMPACT, value: 'unknown', source: 'assumed average' };
  return [
    factor(
      'impact',
      'impact-baseline',
      'full compromise of an ordinary service',
      Math.log(BASELINE),
      'docs/guide/risk.md',
    ),
    factor('impact', 'cvss-impact', severity.value, Math.log(severity.share), severity.source),
    fromContext(
      'criticality',
      context.criticality,
      CRITICALITY[context.criticality.value],
      'tier ',
    ),
    fromContext('data-sensitivity', context.dataSensitivity, DATA[context.dataSensitivity.value]),
    fromContext('environment', context.environment, ENVIRONMENT[context.environment.value]),
  ];
}

function fromContext(
  name: string,
  field: ContextField<string | number>,
  multiplier: number,
  prefix = '',
): RiskFactor {
  const value = `${prefix}${field.value} (${field.source})`;
  return factor('impact', name, value, Math.log(multiplier), field.because);
}

function describe(metrics: CvssMetrics): string {
  const losses = (['confidentiality', 'integrity', 'availability'] as const)
    .filter((name) => metrics[name] !== 'none')
    .map((name) => `${metrics[name]} loss of ${name}`);
  return losses.length === 0 ? 'no loss stated' : losses.join(', ');
}
