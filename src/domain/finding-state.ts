/**
 * Where a finding stands. `reopened` is open again after it was patched or closed; everything else
 * that counts for exposure is `open`, `in-progress`, `awaiting-approval` and `patched`.
 */
export type FindingState =
  | 'open'
  | 'in-progress'
  | 'awaiting-approval'
  | 'patched'
  | 'verified-closed'
  | 'accepted'
  | 'not-affected'
  | 'reopened';

/** What can happen to a finding. */
export type FindingEvent =
  /** Seen by a scan. */
  | 'seen'
  /** Not seen any more by a scan of the whole asset. */
  | 'gone'
  /** A remediation took it up. */
  | 'work-started'
  /** A proven change that closes it waits for people. */
  | 'approval-requested'
  /** The remediation ended without a change that closes it. */
  | 'work-ended'
  /** The change that closes it was handed over. */
  | 'handed-over'
  /** A person accepted it for a time. */
  | 'accepted'
  /** The acceptance ran out or was withdrawn. */
  | 'acceptance-ended'
  /** A person, or a VEX statement, says that the asset is not affected. */
  | 'judged-not-affected'
  /** That judgement was withdrawn. */
  | 'judged-affected';

const COUNTED: ReadonlySet<FindingState> = new Set([
  'open',
  'in-progress',
  'awaiting-approval',
  'patched',
  'reopened',
]);

/** Whether the vulnerability is still there and nobody has accepted it. */
export function countsAsExposure(state: FindingState): boolean {
  return COUNTED.has(state);
}

const WORKABLE: ReadonlySet<FindingState> = new Set([
  'open',
  'reopened',
  'in-progress',
  'awaiting-approval',
]);

/**
 * The state after an event; `undefined` when the event means nothing in that state (a step that ran
 * twice, an event that came late), which is no error.
 */
export function nextState(state: FindingState, event: FindingEvent): FindingState | undefined {
  const next = transition(state, event);
  return next === state ? undefined : next;
}

function transition(state: FindingState, event: FindingEvent): FindingState | undefined {
  switch (event) {
    case 'seen':
      // `patched` waits for the merge: seeing it before that says nothing.
      return state === 'verified-closed' ? 'reopened' : undefined;
    case 'gone':
      return state === 'verified-closed' ? undefined : 'verified-closed';
    case 'work-started':
      return state === 'open' || state === 'reopened' ? 'in-progress' : undefined;
    case 'approval-requested':
      return WORKABLE.has(state) ? 'awaiting-approval' : undefined;
    case 'work-ended':
      return state === 'in-progress' || state === 'awaiting-approval' || state === 'patched'
        ? state === 'patched'
          ? 'reopened'
          : 'open'
        : undefined;
    case 'handed-over':
      return WORKABLE.has(state) ? 'patched' : undefined;
    case 'accepted':
      return state === 'verified-closed' || state === 'not-affected' ? undefined : 'accepted';
    case 'acceptance-ended':
      return state === 'accepted' ? 'open' : undefined;
    case 'judged-not-affected':
      return state === 'verified-closed' ? undefined : 'not-affected';
    case 'judged-affected':
      return state === 'not-affected' ? 'open' : undefined;
  }
}
