import type { Schemas } from '../../api/types.ts';

export type ChannelKind = Schemas['Channel']['kind'];

interface FieldWords {
  readonly label: string;
  readonly placeholder: string;
  readonly hint: string;
  readonly required: boolean;
}

interface KindWords {
  readonly name: string;
  readonly address: FieldWords;
  readonly credential: FieldWords;
}

export const CHANNEL_KINDS = [
  'email',
  'slack',
  'teams',
  'webhook',
] as const satisfies readonly ChannelKind[];

const REFERENCE = 'Where it is, never the secret itself: env:NAME or file:/absolute/path.';

function chat(name: string, variable: string, host: string): KindWords {
  return {
    name,
    address: {
      label: 'Address of the hook',
      placeholder: `https://${host}/…`,
      hint: 'Whoever has it can post there: better name where it is, below, and leave this empty.',
      required: false,
    },
    credential: {
      label: 'Where the address of the hook is',
      placeholder: `env:${variable}`,
      hint: 'Of an environment variable or file that holds the whole address: env:NAME or file:/absolute/path.',
      required: false,
    },
  };
}

/** What address and credential are for each kind of channel. */
export const KIND_WORDS: Readonly<Record<ChannelKind, KindWords>> = {
  email: {
    name: 'E-mail',
    address: {
      label: 'Mail server',
      placeholder: 'smtp://suture@mail.example.com:587',
      hint: 'smtps:// is encrypted from the start, smtp:// as soon as it is connected. The user goes before the @.',
      required: true,
    },
    credential: {
      label: 'Password',
      placeholder: 'env:SMTP_PASSWORD',
      hint: `${REFERENCE} Empty where the server asks for none.`,
      required: false,
    },
  },
  slack: chat('Slack', 'SLACK_HOOK', 'hooks.slack.com/services'),
  teams: chat('Microsoft Teams', 'TEAMS_HOOK', 'prod-00.westeurope.logic.azure.com'),
  webhook: {
    name: 'Webhook',
    address: {
      label: 'Address',
      placeholder: 'https://example.com/suture',
      hint: 'Gets a POST with JSON.',
      required: true,
    },
    credential: {
      label: 'Secret to sign with',
      placeholder: 'env:HOOK_SECRET',
      hint: `${REFERENCE} The receiver checks X-Suture-Signature with it.`,
      required: true,
    },
  },
};

/** What people can be told about. */
export const NOTIFICATION_KINDS = [
  { kind: 'approval-needed', label: 'A change needs approval' },
  { kind: 'approval-escalated', label: 'An approval waits too long' },
  { kind: 'deadline-near', label: 'A deadline is near' },
  { kind: 'deadline-missed', label: 'A deadline was missed' },
  { kind: 'change-handed-over', label: 'A change was handed over' },
  { kind: 'change-closed', label: 'A change was verified closed' },
  { kind: 'change-not-effective', label: 'A change did not close its findings' },
  { kind: 'new-act-findings', label: 'New findings to act on' },
  { kind: 'scan-failed', label: 'A scan failed' },
  { kind: 'exception-expiring', label: 'An exception ends soon' },
] as const;

const LABELS = new Map<string, string>(NOTIFICATION_KINDS.map(({ kind, label }) => [kind, label]));

/** What a kind of notification is called; one that is not known here as it is. */
export function notificationLabel(kind: string): string {
  return LABELS.get(kind) ?? kind;
}
