import type { PackageAdvisory, SeverityLabel } from '../../../domain/advisory.ts';
import {
  type CvssAssessment,
  type CvssMetrics,
  preferredAssessment,
} from '../../../domain/cvss.ts';
import type { Threat } from '../../../domain/threat.ts';
import { LABEL_PROFILES, type Traits } from './intrinsic-weights.ts';
import { classesOf, type WeaknessClass } from './weakness.ts';

/** A fact together with whether it was stated, derived from CVSS, or imputed. */
export interface Stated {
  /** 0–1; a probability when it is imputed. */
  readonly value: number;
  readonly from: 'ssvc' | 'cvss' | 'label';
}

export interface Intrinsic {
  readonly cvss?: CvssAssessment;
  /** The database's own label, when there is no vector to go by. */
  readonly label?: SeverityLabel;
  /** `undefined`: nothing is known, and the average is assumed. */
  readonly traits?: Traits;
  readonly automatable?: Stated;
  readonly totalImpact?: Stated;
  /** Classes of its CWEs; `undefined` when the advisory names no CWE. */
  readonly weaknesses?: ReadonlySet<WeaknessClass>;
}

/** Gathers what a vulnerability is by itself, from the best source at hand for each fact. */
export function intrinsicOf(
  advisory: Pick<PackageAdvisory, 'severities' | 'severityLabel' | 'cwes'>,
  threat: Threat,
): Intrinsic {
  const cvss = preferredAssessment(advisory.severities);
  const label = cvss === undefined ? knownLabel(advisory.severityLabel) : undefined;
  const profile = label === undefined ? undefined : LABEL_PROFILES[label];
  const automatable: Stated | undefined =
    threat.ssvc !== undefined
      ? { value: threat.ssvc.automatable ? 1 : 0, from: 'ssvc' }
      : cvss !== undefined
        ? { value: isAutomatable(cvss.metrics) ? 1 : 0, from: 'cvss' }
        : profile && { value: profile.automatable, from: 'label' };
  const totalImpact: Stated | undefined =
    threat.ssvc !== undefined
      ? { value: threat.ssvc.technicalImpact === 'total' ? 1 : 0, from: 'ssvc' }
      : cvss !== undefined
        ? { value: isTotal(cvss.metrics) ? 1 : 0, from: 'cvss' }
        : profile && { value: profile.totalImpact, from: 'label' };
  const traits = cvss === undefined ? profile?.traits : traitsOf(cvss.metrics);
  const weaknesses = advisory.cwes.length === 0 ? undefined : classesOf(advisory.cwes);
  return {
    ...(cvss && { cvss }),
    ...(label && { label }),
    ...(traits && { traits }),
    ...(automatable && { automatable }),
    ...(totalImpact && { totalImpact }),
    ...(weaknesses && { weaknesses }),
  };
}

/**
 * CVSS's stand-in for SSVC's Automatable: over the network, simply, without rights or a victim.
 * Over 32,765 records with both (see docs/guide/risk.md) it is right in 96 %.
 */
function isAutomatable(metrics: CvssMetrics): boolean {
  return (
    metrics.attackVector === 'network' &&
    metrics.attackComplexity === 'low' &&
    metrics.privileges === 'none' &&
    metrics.userInteraction === 'none'
  );
}

/** CVSS's stand-in for SSVC's Technical Impact: total. Right in 91 % of the same records. */
function isTotal(metrics: CvssMetrics): boolean {
  return (
    metrics.confidentiality === 'high' &&
    metrics.integrity === 'high' &&
    metrics.availability === 'high'
  );
}

function traitsOf(metrics: CvssMetrics): Traits {
  const flag = (yes: boolean) => (yes ? 1 : 0);
  return {
    notNetwork: flag(metrics.attackVector !== 'network'),
    notNearby: flag(metrics.attackVector === 'local' || metrics.attackVector === 'physical'),
    complex: flag(metrics.attackComplexity === 'high'),
    privileged: flag(metrics.privileges !== 'none'),
    highlyPrivileged: flag(metrics.privileges === 'high'),
    interaction: flag(metrics.userInteraction === 'required'),
  };
}

function knownLabel(label: SeverityLabel | undefined): keyof typeof LABEL_PROFILES | undefined {
  return label === undefined || label === 'unknown' || label === 'none' ? undefined : label;
}
