import type { ReactNode } from 'react';
import type { Band, Schemas } from '../api/types.ts';
import { sentence } from './format.ts';

export type Tone = 'act' | 'attend' | 'track' | 'good' | 'accent' | 'plain';

/** A small word with a tone; the word carries the meaning, the colour only helps. */
export function Tag({
  tone = 'track',
  title,
  children,
}: {
  tone?: Tone;
  title?: string;
  children: ReactNode;
}) {
  return (
    <span className={`tag ${tone}`} title={title}>
      {children}
    </span>
  );
}

const BAND_MEANS: Readonly<Record<Band, string>> = {
  act: 'Act: exploitation here is likely and would hurt; do it now',
  attend: 'Attend: plan it soon',
  track: 'Track: with the next regular update',
};

export function BandTag({ band, score }: { band: Band; score?: number }) {
  return (
    <Tag tone={band} title={BAND_MEANS[band]}>
      {sentence(band)}
      {score !== undefined && ` ${Math.round(score)}`}
    </Tag>
  );
}

const FINDING_TONES: Readonly<Record<Schemas['FindingState'], Tone>> = {
  open: 'plain',
  'in-progress': 'accent',
  'awaiting-approval': 'attend',
  patched: 'accent',
  'verified-closed': 'good',
  accepted: 'track',
  'not-affected': 'track',
  reopened: 'act',
};

export function FindingStateTag({ state }: { state: Schemas['FindingState'] }) {
  return <Tag tone={FINDING_TONES[state]}>{sentence(state)}</Tag>;
}

const CHANGE_TONES: Readonly<Record<Schemas['ChangeState'], Tone>> = {
  withheld: 'track',
  observed: 'track',
  suggested: 'accent',
  'awaiting-approval': 'attend',
  scheduled: 'accent',
  'handed-over': 'accent',
  closed: 'good',
  'not-effective': 'act',
  rejected: 'track',
  superseded: 'track',
  cancelled: 'track',
};

const CHANGE_MEANS: Readonly<Record<Schemas['ChangeState'], string>> = {
  withheld: 'Not proven, or below the confidence that policy asks for; not handed over',
  observed: 'Proven; policy only observes here',
  suggested: 'Proven; policy leaves it to people to take it',
  'awaiting-approval': 'Proven; policy asks people',
  scheduled: 'Approved; waits for a window or the end of a freeze',
  'handed-over': 'In the repository; not yet rescanned',
  closed: 'Merged, rescanned, and its findings are gone',
  'not-effective': 'Merged and rescanned, and a finding is still there',
  rejected: 'A person turned it down',
  superseded: 'A newer plan for the same asset took its place',
  cancelled: 'Stopped before it was handed over',
};

export function ChangeStateTag({ state }: { state: Schemas['ChangeState'] }) {
  return (
    <Tag tone={CHANGE_TONES[state]} title={CHANGE_MEANS[state]}>
      {sentence(state)}
    </Tag>
  );
}
