import type { Scope } from '../../../domain/component.ts';
import type { HouseDeadline } from '../../../domain/configuration.ts';
import type { AssetContext } from '../../../domain/context.ts';
import type { Band, Deadline } from '../../../domain/risk.ts';
import type { Threat } from '../../../domain/threat.ts';
import type { Intrinsic, Stated } from '../risk/traits.ts';
import { bodOutcome } from './bod-26-04.ts';

const DAY = 86_400_000;

/**
 * When a finding is to be closed: BOD 26-04 or a house deadline for its band, whichever is earlier.
 *
 * The directive's clock starts at the earlier of the KEV listing and the detection (a third-party
 * reading of the directive); a house deadline's at the detection. A date in the past is overdue.
 */
export function deadlineOf(input: {
  readonly threat: Threat;
  readonly intrinsic: Intrinsic;
  readonly context: AssetContext;
  /** A component that only development needs is not on the exposed asset at all. */
  readonly scope: Scope;
  readonly band: Band;
  readonly deadlines: readonly HouseDeadline[];
  readonly now: Date;
  readonly firstSeen?: string;
}): Deadline {
  const detected = dateOf(input.firstSeen) ?? input.now;
  const candidates = [directive(input, detected), ...house(input.deadlines, input.band, detected)];
  return candidates.reduce((best, next) => ((next.due ?? '9') < (best.due ?? '9') ? next : best));
}

function directive(
  { threat, intrinsic, context, scope }: Parameters<typeof deadlineOf>[0],
  detected: Date,
): Deadline {
  const facts = {
    kev: threat.kev !== undefined,
    exposed: context.exposure.value === 'internet' && scope !== 'development',
    automatable: isLikely(intrinsic.automatable),
    total: isLikely(intrinsic.totalImpact),
  };
  const { days, forensicTriage } = bodOutcome(facts);
  const words = [
    facts.kev ? 'known exploited' : 'not known to be exploited',
    exposureWords(facts.exposed, scope),
    `${facts.automatable ? 'automatable' : 'not automatable'}${origin(intrinsic.automatable)}`,
    `${facts.total ? 'total' : 'partial'} impact${origin(intrinsic.totalImpact)}`,
  ].join(', ');
  if (days === undefined) return { rule: `BOD 26-04: ${words}: with the next upgrade` };
  const listed = dateOf(threat.kev?.dateAdded);
  const start = listed !== undefined && listed < detected ? listed : detected;
  const triage = forensicTriage ? ' and forensic triage' : '';
  return { due: isoAfter(start, days), rule: `BOD 26-04: ${words}: ${days} days${triage}` };
}

function house(rules: readonly HouseDeadline[], band: Band, detected: Date): readonly Deadline[] {
  return rules
    .filter((rule) => rule.band === band)
    .map((rule) => ({
      due: isoAfter(detected, rule.days),
      rule: `house rule: ${band} within ${rule.days} ${rule.days === 1 ? 'day' : 'days'}`,
    }));
}

function exposureWords(exposed: boolean, scope: Scope): string {
  if (exposed) return 'exposed';
  return scope === 'development' ? 'not exposed (development only)' : 'not exposed';
}

/** Imputed from a label it counts from even odds on; wholly unknown is taken as no, and said. */
function isLikely(stated: Stated | undefined): boolean {
  return (stated?.value ?? 0) >= 0.5;
}

function origin(stated: Stated | undefined): string {
  if (stated === undefined) return ' (unknown)';
  return { ssvc: '', cvss: ' (derived from CVSS)', label: ' (assumed from severity)' }[stated.from];
}

function dateOf(text: string | undefined): Date | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time);
}

function isoAfter(start: Date, days: number): string {
  return new Date(start.getTime() + days * DAY).toISOString().slice(0, 10);
}
