import type { Schemas } from '../../api/types.ts';
import { listOf } from '../assets/text-list.ts';
import { type ChannelKind, KIND_WORDS } from './channel-words.ts';

type Channel = Schemas['Channel'];

/** A channel as it stands in the fields of a form. */
export interface ChannelForm {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly address: string;
  readonly credential: string;
  readonly sender: string;
  readonly recipients: string;
  /** Whatever there is; else only `kinds`. */
  readonly all: boolean;
  readonly kinds: readonly string[];
  readonly digestMinutes: string;
  readonly enabled: boolean;
}

export const EMPTY_CHANNEL: ChannelForm = {
  name: '',
  kind: 'email',
  address: '',
  credential: '',
  sender: '',
  recipients: '',
  all: true,
  kinds: ['approval-needed', 'deadline-near', 'deadline-missed'],
  digestMinutes: '60',
  enabled: true,
};

export function formOf(channel: Channel): ChannelForm {
  const { name, kind, address, kinds, enabled } = channel;
  return {
    name,
    kind,
    address,
    credential: channel.credential ?? '',
    sender: channel.sender ?? '',
    recipients: channel.recipients?.join(', ') ?? '',
    all: kinds.length === 0,
    kinds: kinds.length === 0 ? EMPTY_CHANNEL.kinds : kinds,
    digestMinutes: String(channel.digestMinutes),
    enabled,
  };
}

/** What the API is sent; only what the kind knows. */
export function bodyOf(form: ChannelForm) {
  const { kind } = form;
  const text = (name: 'credential' | 'sender') =>
    form[name].trim() === '' ? {} : { [name]: form[name].trim() };
  return {
    name: form.name.trim(),
    kind,
    address: form.address.trim(),
    ...text('credential'),
    ...(kind === 'email' ? { ...text('sender'), recipients: listOf(form.recipients) } : {}),
    kinds: form.all ? [] : [...form.kinds],
    digestMinutes: Number(form.digestMinutes),
    enabled: form.enabled,
  };
}

/** A week. */
const LONGEST_DIGEST_MINUTES = 10_080;

export type ChannelComplaints = Partial<Record<keyof ChannelForm, string>>;

/** What is missing or cannot be, by field. The server looks closer. */
export function complaintsOf(form: ChannelForm): ChannelComplaints {
  const words = KIND_WORDS[form.kind];
  const empty = (name: 'name' | 'address' | 'credential' | 'sender') => form[name].trim() === '';
  const minutes = Number(form.digestMinutes);
  const complaints: ChannelComplaints = {};
  if (empty('name')) complaints.name = 'Give it a name.';
  if (words.address.required && empty('address')) complaints.address = 'Say where it is.';
  if (!words.address.required && empty('address') && empty('credential'))
    complaints.credential = 'Name where the address is, or give it above.';
  if (words.credential.required && empty('credential'))
    complaints.credential = 'Name where the secret is.';
  if (!empty('credential') && !/^(env:[A-Za-z_]\w*|file:\/.+)$/.test(form.credential.trim()))
    complaints.credential = 'Write env:NAME or file:/absolute/path; never the secret itself.';
  if (!form.all && form.kinds.length === 0) complaints.kinds = 'Tick at least one.';
  if (form.kind === 'email' && empty('sender')) complaints.sender = 'Say who e-mails are from.';
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > LONGEST_DIGEST_MINUTES)
    complaints.digestMinutes = 'From 1 minute to a week (10080).';
  return complaints;
}
