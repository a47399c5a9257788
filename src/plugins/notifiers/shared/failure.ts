import { SutureError } from '../../../domain/error.ts';

/** The channel may take it later. */
export class DeliveryDelayed extends Error {
  override readonly name = 'DeliveryDelayed';
  readonly retryAfterSeconds?: number;

  constructor(message: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The channel will never take it as it is. */
export function refused(message: string, remedy: string): SutureError {
  return new SutureError('notification-refused', message, { remedy });
}
