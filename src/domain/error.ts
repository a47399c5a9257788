/**
 * An error a person can act on: what happened, where, and what to do next.
 *
 * `code` is stable and machine-readable (`feed-truncated`, `lockfile-corrupt`, …). The CLI prints
 * `message` and `remedy`, never a stack.
 */
export class SutureError extends Error {
  override readonly name = 'SutureError';
  readonly code: string;
  readonly remedy: string;
  /** 1-based line of the file the message is about, where it is known. */
  readonly line?: number;

  constructor(
    code: string,
    message: string,
    options: { remedy: string; cause?: unknown; line?: number },
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.remedy = options.remedy;
    if (options.line !== undefined) this.line = options.line;
  }
}

/** The message of anything thrown, without assuming that it is an `Error`. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
