/** What people are told about. */
export type NotificationKind =
  | 'approval-needed'
  | 'approval-escalated'
  | 'deadline-near'
  | 'deadline-missed'
  | 'change-handed-over'
  | 'change-closed'
  | 'change-not-effective'
  | 'new-act-findings'
  | 'scan-failed'
  | 'exception-expiring'
  | 'test';

export type ChannelKind = 'email' | 'slack' | 'teams' | 'webhook';

/** One thing to tell, before it is spread over channels. */
export interface NotificationDraft {
  readonly kind: NotificationKind;
  /** A second draft with the same key is the first. */
  readonly key: string;
  /** Who it is for: user ids; empty: whoever a channel serves. */
  readonly recipients: readonly string[];
  /** One line. */
  readonly title: string;
  /** Short paragraphs, plain text. */
  readonly body: readonly string[];
  /** Path on the page, from `/`; the sender adds the public address. Never carries a secret. */
  readonly link: string;
  readonly urgency: 'now' | 'digest';
  readonly assetId?: string;
}

/** What a channel is asked to deliver: one notification, or a digest of several. */
export interface Message {
  /** Stable over retries; receivers can tell a repetition by it. */
  readonly id: string;
  readonly title: string;
  readonly items: readonly {
    readonly kind: NotificationKind;
    readonly title: string;
    readonly body: readonly string[];
    /** Absolute. */
    readonly link: string;
  }[];
  /** E-mail addresses, where the channel sends to people. */
  readonly to: readonly string[];
}
