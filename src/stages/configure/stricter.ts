import type { HouseDeadline, Policy } from '../../domain/configuration.ts';
import {
  defaultPublishedDeadlines,
  type PublishedDeadlines,
} from '../../domain/deadline-policy.ts';
import type { Band } from '../../domain/risk.ts';
import type { ControlPolicyInput } from './control-policy-schema.ts';
import type { PolicyInput } from './schema.ts';

const BANDS: readonly Band[] = ['act', 'attend', 'track'];

/** The operator's file over the defaults: here every direction is allowed. */
export function operatorPolicy(input: ControlPolicyInput, defaults: Policy): Policy {
  const { deadlines } = input;
  return {
    minimumConfidence: input.minimumConfidence ?? defaults.minimumConfidence,
    cooldownDays: input.cooldownDays ?? defaults.cooldownDays,
    cooldownBypass: input.cooldownBypass ?? defaults.cooldownBypass,
    remedies: input.remedies ?? defaults.remedies,
    allowUnsandboxed: input.allowUnsandboxed ?? defaults.allowUnsandboxed,
    deadlines:
      deadlines === undefined
        ? defaults.deadlines
        : [...houseDeadlines(deadlines), ...scopedDeadlines(deadlines.house ?? [])],
    ...publishedDeadlines(deadlines, defaults.deadlinePolicy),
  };
}

/** Present only where the file or the defaults choose: without, the engine's own choice holds. */
function publishedDeadlines(
  deadlines: ControlPolicyInput['deadlines'],
  defaults: PublishedDeadlines | undefined,
): Pick<Policy, 'deadlinePolicy'> {
  const { standards, fedrampClass } = deadlines ?? {};
  if (standards === undefined && fedrampClass === undefined) {
    return defaults === undefined ? {} : { deadlinePolicy: defaults };
  }
  const base = defaults ?? defaultPublishedDeadlines;
  return {
    deadlinePolicy: {
      standards: standards ?? base.standards,
      fedrampClass: fedrampClass ?? base.fedrampClass,
    },
  };
}

/** zod leaves absent keys out or `undefined`; the domain knows only the former. */
function scopedDeadlines(
  rules: NonNullable<NonNullable<ControlPolicyInput['deadlines']>['house']>,
): readonly HouseDeadline[] {
  return rules.map(({ band, days, name, environments, criticalities }) => ({
    band,
    days,
    ...(name !== undefined && { name }),
    ...(environments !== undefined && { environments }),
    ...(criticalities !== undefined && { criticalities }),
  }));
}

/**
 * The repository's file over the operator's policy: each setting is taken only where it is at least
 * as strict. `refused` names the settings that were weaker, with what holds instead.
 */
export function stricterPolicy(
  input: PolicyInput,
  operator: Policy,
): { readonly policy: Policy; readonly refused: readonly { key: string; why: string }[] } {
  const refused: { key: string; why: string }[] = [];
  const refuse = (key: string, why: string) => refused.push({ key, why });

  const higher = (key: 'minimumConfidence' | 'cooldownDays') => {
    const wanted = input[key];
    if (wanted === undefined || wanted >= operator[key]) return wanted ?? operator[key];
    refuse(key, `is ${wanted}, less than the operator's ${operator[key]}, which holds`);
    return operator[key];
  };
  const minimumConfidence = higher('minimumConfidence');
  const cooldownDays = higher('cooldownDays');

  if (input.cooldownBypass === true && !operator.cooldownBypass) {
    refuse('cooldownBypass', 'is true; the operator does not allow it');
  }
  const extra = (input.remedies ?? []).filter((kind) => !operator.remedies.includes(kind));
  if (extra.length > 0) {
    refuse('remedies', `names ${extra.join(', ')}, which the operator does not allow`);
  }
  if (input.allowUnsandboxed === true && !operator.allowUnsandboxed) {
    refuse('allowUnsandboxed', 'can only be allowed by the operator, never inside a repository');
  }
  const policy: Policy = {
    minimumConfidence,
    cooldownDays,
    cooldownBypass: operator.cooldownBypass && input.cooldownBypass !== false,
    remedies: operator.remedies.filter((kind) => input.remedies?.includes(kind) ?? true),
    deadlines: shorterDeadlines(input.deadlines ?? {}, operator.deadlines, refuse),
    allowUnsandboxed: operator.allowUnsandboxed && input.allowUnsandboxed !== false,
    ...(operator.deadlinePolicy !== undefined && { deadlinePolicy: operator.deadlinePolicy }),
  };
  return { policy, refused };
}

/**
 * The repository's days stand beside the operator's; where both speak of a whole band, longer ones
 * are refused. The operator's rules for some assets only always hold: the earliest wins anyway.
 */
function shorterDeadlines(
  wanted: NonNullable<PolicyInput['deadlines']>,
  operator: readonly HouseDeadline[],
  refuse: (key: string, why: string) => void,
): readonly HouseDeadline[] {
  const asked = houseDeadlines(wanted);
  const everywhere = operator.filter(isEverywhere);
  const whole = BANDS.flatMap((band) => {
    const theirs = everywhere.filter((rule) => rule.band === band);
    const shortest = Math.min(...theirs.map(({ days }) => days));
    const ours = asked.find((rule) => rule.band === band);
    if (ours === undefined) return theirs;
    if (ours.days <= shortest) return ours;
    refuse(
      'deadlines',
      `${band} is ${ours.days} days, longer than the operator's ${shortest}, which holds`,
    );
    return theirs;
  });
  return [...whole, ...operator.filter((rule) => !isEverywhere(rule))];
}

function isEverywhere({ environments, criticalities }: HouseDeadline): boolean {
  return environments === undefined && criticalities === undefined;
}

function houseDeadlines(input: NonNullable<PolicyInput['deadlines']>): readonly HouseDeadline[] {
  return BANDS.flatMap((band) => {
    const days = input[band];
    return days === undefined ? [] : { band, days };
  });
}
