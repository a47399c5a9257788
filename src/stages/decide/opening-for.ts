import type { AssetContext } from '../../domain/context.ts';
import type { Calendar } from '../../domain/control-policy.ts';
import { type AppliedCalendar, HORIZON_DAYS, nextOpening } from './calendars/opening.ts';
import { parseCalendar } from './calendars/parse-calendar.ts';
import { judge } from './conditions/condition.ts';
import type { Subject } from './conditions/subject.ts';
import type { DecideInput } from './input.ts';

/** When a change may be handed over, and what has a say in it. */
interface HandOverTime {
  /** ISO 8601; absent: at once. */
  readonly notBefore?: string;
  readonly factors: readonly { readonly name: string; readonly value: string }[];
}

const DAY = 86_400_000;

/** The next moment outside of all freezes and inside a window that apply to a change. */
export function openingFor(
  { policy, context, now }: Pick<DecideInput, 'policy' | 'context' | 'now'>,
  subject: Subject,
): HandOverTime {
  const factors: { name: string; value: string }[] = [];
  const applied: AppliedCalendar[] = [];
  for (const calendar of policy.calendars) {
    const { applies, because } = appliesTo(calendar, context, subject);
    if (because !== undefined) {
      factors.push({ name: `${calendar.kind} "${calendar.name}"`, value: because });
    }
    if (applies) applied.push(appliedCalendar(calendar));
  }
  if (applied.length === 0) return { factors };
  const { at, because } = openingOrNone(applied, now);
  const closed = because.map((name) => `"${name}"`).join(', ');
  if (at === undefined) {
    const horizon = new Date(now.getTime() + HORIZON_DAYS * DAY).toISOString();
    const value = `none in ${HORIZON_DAYS} days: ${closed}`;
    return { notBefore: horizon, factors: [...factors, { name: 'next opening', value }] };
  }
  if (at.getTime() === now.getTime()) {
    return { factors: [...factors, { name: 'calendars', value: 'open now' }] };
  }
  const value = `${at.toISOString()}; until then ${closed}`;
  return { notBefore: at.toISOString(), factors: [...factors, { name: 'next opening', value }] };
}

function openingOrNone(applied: readonly AppliedCalendar[], now: Date) {
  try {
    return nextOpening(applied, now);
  } catch {
    // A rule that gives up while it is expanded: what cannot be read is closed.
    return { because: applied.map(({ name }) => name) };
  }
}

/** A condition that cannot be judged never opens anything: the calendar applies. */
function appliesTo(
  { environments, when, except }: Calendar,
  context: AssetContext,
  subject: Subject,
): { readonly applies: boolean; readonly because?: string } {
  if (environments !== undefined && !environments.includes(context.environment.value)) {
    return { applies: false };
  }
  if (when !== undefined) {
    const judgement = judge(when, 'asset', subject);
    if ('failed' in judgement) {
      return { applies: true, because: `applies: its condition failed (${judgement.failed})` };
    }
    if (!judgement.holds) return { applies: false };
  }
  if (except === undefined) return { applies: true };
  const judgement = judge(except, 'change', subject);
  if ('failed' in judgement) {
    return { applies: true, because: `applies: its exception failed (${judgement.failed})` };
  }
  return judgement.holds
    ? { applies: false, because: `does not hold this up: ${except}` }
    : { applies: true };
}

function appliedCalendar({ name, kind, ics, timeZone }: Calendar): AppliedCalendar {
  const { events, faults } = parseCalendar(ics, {
    includeStart: kind === 'freeze',
    ...(timeZone !== undefined && { timeZone }),
  });
  const broken = faults.some(({ severity }) => severity === 'error');
  return { name, kind, events: broken ? undefined : events };
}
