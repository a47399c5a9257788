import { CONTEXT_VALUES } from '../../domain/context.ts';
import type { AssetRegistration, ContextName } from '../../domain/managed-asset.ts';
import type { Problem } from '../../domain/problem.ts';

/** Assets that a file names, for registering. */
export interface RegistrationList {
  readonly entries: readonly {
    readonly registration: AssetRegistration;
    /** 1-based; absent where the format has no lines. */
    readonly line?: number;
  }[];
  /** `error`: an asset that is missing from the entries, or a whole file; `warning`: a caveat. */
  readonly problems: readonly Problem[];
}

/** Entries of one file; what is beyond is an error, not silence. */
export const MAX_ENTRIES = 100_000;

/** Problems of a severity that are told one by one. */
const MAX_TOLD = 100;

/** What is wrong with a file that somebody wants registered, told in order and without end. */
export class Complaints {
  readonly #file: string;
  readonly #told: Problem[] = [];
  readonly #counts = { error: 0, warning: 0 };

  constructor(file: string) {
    this.#file = file;
  }

  error(message: string, line?: number): void {
    this.#tell('error', message, line);
  }

  warning(message: string, line?: number): void {
    this.#tell('warning', message, line);
  }

  get problems(): readonly Problem[] {
    const more = (['error', 'warning'] as const).flatMap((severity): Problem[] => {
      const left = this.#counts[severity] - MAX_TOLD;
      return left > 0
        ? [{ severity, file: this.#file, message: `and ${left} more ${severity}s` }]
        : [];
    });
    return [...this.#told, ...more];
  }

  #tell(severity: Problem['severity'], message: string, line: number | undefined): void {
    this.#counts[severity] += 1;
    if (this.#counts[severity] > MAX_TOLD) return;
    const where = line === undefined ? {} : { line };
    this.#told.push({ severity, file: this.#file, message, ...where });
  }
}

/**
 * A field of an asset's context as a file says it.
 *
 * @returns the value, or what to tell the person
 */
export function contextValue(
  field: ContextName,
  text: string,
): { readonly value: string | number } | { readonly wrong: string } {
  const allowed: readonly (string | number)[] = CONTEXT_VALUES[field];
  const value = allowed.find((each) => String(each) === text.trim().toLowerCase());
  return value === undefined
    ? { wrong: `cannot be "${shorten(text)}"; allowed: ${allowed.join(', ')}` }
    : { value };
}

/** `team-a; team-b` */
export function listOfNames(text: string): readonly string[] {
  return text
    .split(/[;,|]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Of what others wrote, as much as a message can hold. */
export function shorten(text: string): string {
  const plain = text.toWellFormed().replaceAll(/\p{Cc}/gu, ' ');
  return plain.length > 80 ? `${plain.slice(0, 80)}…` : plain;
}
