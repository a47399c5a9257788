import type { ChannelKind, Message } from '../domain/notification.ts';

/** How a channel is reached; credentials are references, resolved on use. */
export interface ChannelSettings {
  readonly kind: ChannelKind;
  /** Where to: an `smtp(s)://` address, or the hook's https address, without credentials. */
  readonly address: string;
  /** Reference to the secret: `env:NAME` or `file:PATH`. For Slack and Teams the hook itself may be one. */
  readonly credential?: string;
  readonly from?: string;
}

/** Delivers messages of one kind of channel. */
export interface Notifier {
  readonly kind: ChannelKind;
  /**
   * Delivers once. Throws when the channel did not take it: a SutureError with code
   * `notification-refused` when trying again is of no use (bad address, refused credentials), any
   * other error when it is; one with a numeric `retryAfterSeconds` says when.
   */
  deliver(message: Message, settings: ChannelSettings, signal: AbortSignal): Promise<void>;
}
