import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countsAsExposure,
  type FindingEvent,
  type FindingState,
  nextState,
} from './finding-state.ts';

const STATES: readonly FindingState[] = [
  'open',
  'in-progress',
  'awaiting-approval',
  'patched',
  'verified-closed',
  'accepted',
  'not-affected',
  'reopened',
];

/** Every event's row: where it leads from each of the states; `-` for no effect. */
const TABLE: Readonly<Record<FindingEvent, readonly string[]>> = {
  // open, in-progress, awaiting-approval, patched, verified-closed, accepted, not-affected, reopened
  seen: ['-', '-', '-', '-', 'reopened', '-', '-', '-'],
  gone: [
    'verified-closed',
    'verified-closed',
    'verified-closed',
    'verified-closed',
    '-',
    'verified-closed',
    'verified-closed',
    'verified-closed',
  ],
  'work-started': ['in-progress', '-', '-', '-', '-', '-', '-', 'in-progress'],
  'approval-requested': [
    'awaiting-approval',
    'awaiting-approval',
    '-',
    '-',
    '-',
    '-',
    '-',
    'awaiting-approval',
  ],
  'work-ended': ['-', 'open', 'open', 'reopened', '-', '-', '-', '-'],
  'handed-over': ['patched', 'patched', 'patched', '-', '-', '-', '-', 'patched'],
  accepted: ['accepted', 'accepted', 'accepted', 'accepted', '-', '-', '-', 'accepted'],
  'acceptance-ended': ['-', '-', '-', '-', '-', 'open', '-', '-'],
  'judged-not-affected': [
    'not-affected',
    'not-affected',
    'not-affected',
    'not-affected',
    '-',
    'not-affected',
    '-',
    'not-affected',
  ],
  'judged-affected': ['-', '-', '-', '-', '-', '-', 'open', '-'],
};
const EVENTS = Object.keys(TABLE) as FindingEvent[];

describe.each(EVENTS)('%s', (event) => {
  it.each(STATES.map((state, index) => [state, TABLE[event][index]!] as const))(
    '%s → %s',
    (state, expected) => {
      expect(nextState(state, event) ?? '-').toBe(expected);
    },
  );
});

it('counts as exposure what is there and not accepted', () => {
  expect(STATES.filter(countsAsExposure)).toEqual([
    'open',
    'in-progress',
    'awaiting-approval',
    'patched',
    'reopened',
  ]);
});

describe('laws', () => {
  const events = fc.array(fc.constantFrom(...EVENTS), { maxLength: 30 });
  const state = fc.constantFrom(...STATES);
  const run = (start: FindingState, list: readonly FindingEvent[]) =>
    list.reduce<FindingState>((at, event) => nextState(at, event) ?? at, start);

  it('an event that happens twice in a row has the effect of one', () => {
    fc.assert(
      fc.property(state, fc.constantFrom(...EVENTS), (start, event) => {
        const once = run(start, [event]);
        expect(run(once, [event])).toBe(once);
      }),
    );
  });

  it('only a scan that saw everything closes, and only being seen again reopens', () => {
    fc.assert(
      fc.property(state, events, fc.constantFrom(...EVENTS), (start, list, event) => {
        const before = run(start, list);
        const after = run(before, [event]);
        expect(after === 'verified-closed' && before !== after && event !== 'gone').toBe(false);
        if (before === 'verified-closed' && after !== before)
          expect([event, after]).toEqual(['seen', 'reopened']);
      }),
    );
  });

  it('whatever happened, a scan brings it back to what is there', () => {
    fc.assert(
      fc.property(state, events, (start, list) => {
        expect(run(start, [...list, 'gone'])).toBe('verified-closed');
        expect(countsAsExposure(run(start, [...list, 'gone', 'seen']))).toBe(true);
      }),
    );
  });

  it('what people accepted or judged stays hidden until they say otherwise', () => {
    const others = EVENTS.filter(
      (event) => !['gone', 'acceptance-ended', 'judged-affected'].includes(event),
    );
    fc.assert(
      fc.property(
        fc.constantFrom<FindingState>('accepted', 'not-affected'),
        fc.array(fc.constantFrom(...others)),
        (start, list) => {
          expect(countsAsExposure(run(start, list))).toBe(false);
        },
      ),
    );
  });
});
