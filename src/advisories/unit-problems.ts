import { messageOf, SutureError } from '../domain/error.ts';
import type { Problem } from '../domain/problem.ts';

/** Broken records listed per file; the rest is counted. */
const MAX_LISTED = 10;

/** Collects what went wrong, by unit. */
export class UnitProblems {
  readonly #failed = new Map<string, { readonly reason: string; readonly remedy: string }>();
  readonly #records = new Map<string, string[]>();

  failed(unit: string, cause: unknown): void {
    const remedy = cause instanceof SutureError ? cause.remedy : '';
    this.#failed.set(unit, { reason: messageOf(cause), remedy });
  }

  hasFailed(unit: string): boolean {
    return this.#failed.has(unit);
  }

  record(unit: string, message: string): void {
    const list = this.#records.get(unit);
    if (list === undefined) this.#records.set(unit, [message]);
    else list.push(message);
  }

  /** A build that starts over reads everything again. */
  forgetRecords(unit: string): void {
    this.#records.delete(unit);
  }

  /** Why files failed, one line each. */
  reasons(): readonly string[] {
    return [...this.#failed].map(([unit, { reason }]) => `${unit}: ${reason}`);
  }

  /** Files that failed are errors, records that were left out are warnings. */
  list(): readonly Problem[] {
    const errors = [...this.#failed].map(
      ([file, { reason, remedy }]): Problem => ({
        severity: 'error',
        file,
        message: remedy === '' ? reason : `${reason}. ${remedy}`,
      }),
    );
    const warnings = [...this.#records].flatMap(([file, messages]): Problem[] => {
      const listed = messages.slice(0, MAX_LISTED);
      const more = messages.length - listed.length;
      return [...listed, ...(more > 0 ? [`${more} more records were left out`] : [])].map(
        (message) => ({ severity: 'warning', file, message }),
      );
    });
    return [...errors, ...warnings];
  }
}
