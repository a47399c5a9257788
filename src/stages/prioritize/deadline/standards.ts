import type { DeadlineStandard } from '../../../domain/deadline-policy.ts';
import type { Deadline } from '../../../domain/risk.ts';
import type { Stated } from '../risk/traits.ts';
import { bodOutcome } from './bod-26-04.ts';
import { agencyImpact, fedrampCase, fedrampDays } from './fedramp.ts';
import { type DeadlineInput, dateOf, detectedAt, isExposed, isoAfter, isoDate } from './input.ts';
import { isPciCritical, oneMonthAfter } from './pci-dss.ts';

/** What each published standard says of a finding: a date, or that it sets none. */
export const STANDARDS: Readonly<
  Record<DeadlineStandard, (input: DeadlineInput) => Deadline | undefined>
> = { 'bod-26-04': bod, 'pci-dss': pci, fedramp };

/**
 * The directive's clock starts at the earlier of the KEV listing and the detection (a third-party
 * reading of the directive).
 */
function bod(input: DeadlineInput): Deadline {
  const { threat, intrinsic, scope } = input;
  const facts = {
    kev: threat.kev !== undefined,
    exposed: isExposed(input),
    automatable: isLikely(intrinsic.automatable),
    total: isLikely(intrinsic.totalImpact),
  };
  const { days, forensicTriage } = bodOutcome(facts);
  const words = [
    facts.kev ? 'known exploited' : 'not known to be exploited',
    facts.exposed ? 'exposed' : scope === 'development' ? UNNEEDED : 'not exposed',
    `${facts.automatable ? 'automatable' : 'not automatable'}${origin(intrinsic.automatable)}`,
    `${facts.total ? 'total' : 'partial'} impact${origin(intrinsic.totalImpact)}`,
  ].join(', ');
  if (days === undefined) return { rule: `BOD 26-04: ${words}: with the next upgrade` };
  const listed = dateOf(threat.kev?.dateAdded);
  const detected = detectedAt(input);
  const start = listed !== undefined && listed < detected ? listed : detected;
  const triage = forensicTriage ? ' and forensic triage' : '';
  return { due: isoAfter(start, days), rule: `BOD 26-04: ${words}: ${days} days${triage}` };
}

const UNNEEDED = 'not exposed (development only)';

function pci(input: DeadlineInput): Deadline | undefined {
  const { band, severity, fixKnown, published } = input;
  if (!isPciCritical(band, severity)) return undefined;
  const critical = severity === 'critical' ? 'critical severity' : `ranked critical (${band})`;
  if (!fixKnown) return { rule: `PCI DSS 6.3.3: ${critical}: one month from when a patch is out` };
  const detected = detectedAt(input);
  const released = dateOf(published);
  const isEarlier = released !== undefined && released < detected;
  const start = isEarlier ? released : detected;
  const since = isEarlier ? 'publication' : 'detection';
  return {
    due: isoDate(oneMonthAfter(start)),
    rule: `PCI DSS 6.3.3: ${critical}: one month from ${since}`,
  };
}

/** Evaluation is the scan that detects it, so its clock starts there. */
function fedramp(input: DeadlineInput): Deadline {
  const { impact, reachability, scope } = input;
  const certification = input.standards?.fedrampClass ?? 'B';
  const rating = agencyImpact(impact);
  const reach = fedrampCase({
    exposed: isExposed(input),
    shownUnreachable: reachability === 'not-reachable',
    developmentOnly: scope === 'development',
  });
  const words = {
    exposed: 'internet-reachable, likely exploitable',
    internal: 'not internet-reachable, likely exploitable',
    unlikely: 'not likely exploitable',
  }[reach];
  const limit = fedrampDays(certification, rating, reach);
  const rule = `FedRAMP VDR class ${certification}: ${rating}, ${words}`;
  if (limit === undefined) return { rule: `${rule}: routine operations` };
  const unit = limit === 1 ? 'day' : 'days';
  return { due: isoAfter(detectedAt(input), limit), rule: `${rule}: ${limit} ${unit}` };
}

/** Imputed from a label it counts from even odds on; wholly unknown is taken as no, and said. */
function isLikely(stated: Stated | undefined): boolean {
  return (stated?.value ?? 0) >= 0.5;
}

function origin(stated: Stated | undefined): string {
  if (stated === undefined) return ' (unknown)';
  return { ssvc: '', cvss: ' (derived from CVSS)', label: ' (assumed from severity)' }[stated.from];
}
