import type { HouseDeadline, Policy } from '../../domain/configuration.ts';
import type { Band } from '../../domain/risk.ts';
import type { PolicyInput } from './schema.ts';

const BANDS: readonly Band[] = ['act', 'attend', 'track'];

/** The operator's file over the defaults: here every direction is allowed. */
export function operatorPolicy(input: PolicyInput, defaults: Policy): Policy {
  const { deadlines, ...rest } = input;
  return {
    ...defaults,
    ...withoutUndefined(rest),
    deadlines: deadlines === undefined ? defaults.deadlines : houseDeadlines(deadlines),
  };
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
  };
  return { policy, refused };
}

function shorterDeadlines(
  wanted: NonNullable<PolicyInput['deadlines']>,
  operator: readonly HouseDeadline[],
  refuse: (key: string, why: string) => void,
): readonly HouseDeadline[] {
  const asked = houseDeadlines(wanted);
  return BANDS.flatMap((band) => {
    const theirs = operator.find((rule) => rule.band === band);
    const ours = asked.find((rule) => rule.band === band);
    if (theirs === undefined || ours === undefined) return theirs ?? ours ?? [];
    if (ours.days <= theirs.days) return ours;
    refuse(
      'deadlines',
      `${band} is ${ours.days} days, longer than the operator's ${theirs.days}, which holds`,
    );
    return theirs;
  });
}

function houseDeadlines(input: NonNullable<PolicyInput['deadlines']>): readonly HouseDeadline[] {
  return BANDS.flatMap((band) => {
    const days = input[band];
    return days === undefined ? [] : { band, days };
  });
}

/** zod leaves optional keys out or `undefined`; spreading the latter would erase a default. */
function withoutUndefined(
  input: Omit<PolicyInput, 'deadlines'>,
): Partial<Omit<Policy, 'deadlines'>> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
