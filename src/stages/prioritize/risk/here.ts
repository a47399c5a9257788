import type { Component, Scope } from '../../../domain/component.ts';
import type { AssetContext, Exposure } from '../../../domain/context.ts';
import type { CvssMetrics } from '../../../domain/cvss.ts';
import type { Reachability } from '../../../domain/reachability.ts';
import type { RiskFactor } from '../../../domain/risk.ts';
import { factor } from './factor.ts';

/**
 * How far an attacker's reach and the asset's exposure meet, in log-odds. What needs access to the
 * machine gains little from the machine being on the internet.
 */
const EXPOSURE: Readonly<Record<CvssMetrics['attackVector'], Readonly<Record<Exposure, number>>>> =
  {
    network: { internet: 0.5, internal: -1, isolated: -2.5 },
    adjacent: { internet: -0.5, internal: -1, isolated: -2.5 },
    local: { internet: -1, internal: -1.5, isolated: -2.5 },
    physical: { internet: -2.5, internal: -2.5, isolated: -3 },
  };

/** A chain of calls to the vulnerable code; the same without the call; nothing that loads it. */
const CALL_SITE = 1;
const REACHABLE = 0.8;
const NOT_REACHABLE = -5;

/** What is only there while developing runs on trusted input, on machines nobody serves from. */
const SCOPE: Readonly<Record<Scope, number>> = {
  runtime: 0,
  optional: -0.3,
  peer: -0.3,
  development: -3,
};

/** Code of a dependency's dependency is used less, as long as nobody looked. */
const TRANSITIVE = -0.3;

/** How this asset changes the odds, in log-odds; judgement, see docs/guide/risk.md. */
export function hereFactors(input: {
  readonly component: Pick<Component, 'scope' | 'direct'>;
  readonly context: AssetContext;
  readonly reachability: Reachability;
  /** `network` when unknown. */
  readonly attackVector: CvssMetrics['attackVector'];
  /** Malicious code runs on installation, whoever imports it and wherever. */
  readonly malicious: boolean;
}): readonly RiskFactor[] {
  const { component, context, reachability, attackVector, malicious } = input;
  const { exposure } = context;
  const applies = malicious ? 0 : 1;
  const probability = (name: string, value: string, contribution: number, source: string) =>
    factor('probability', name, value, contribution * applies, source);
  return [
    probability(
      'exposure',
      `${exposure.value} (${exposure.source})`,
      EXPOSURE[attackVector][exposure.value],
      exposure.because,
    ),
    probability(
      'reachability',
      reachability.status,
      reachabilityLogOdds(reachability),
      reachability.because,
    ),
    probability('scope', component.scope, SCOPE[component.scope], 'lockfile'),
    probability(
      'depth',
      component.direct ? 'direct dependency' : 'transitive dependency',
      !component.direct && reachability.status === 'unknown' ? TRANSITIVE : 0,
      'lockfile',
    ),
  ];
}

function reachabilityLogOdds({ status, evidence }: Reachability): number {
  if (status === 'not-reachable') return NOT_REACHABLE;
  if (status === 'unknown') return 0;
  return evidence.length > 0 ? CALL_SITE : REACHABLE;
}
