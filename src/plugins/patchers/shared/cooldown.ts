import { SutureError } from '../../../domain/error.ts';
import type { Remedy } from '../../../domain/remedy.ts';
import type { Session } from './session.ts';

/** How a package manager is told to leave out what is too young. */
export interface Gate {
  readonly flags?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

/** Age in whole minutes, rounded up, of what was published at `before` (ISO 8601). */
export function minutesSince(before: string): number {
  return Math.max(0, Math.ceil((Date.now() - Date.parse(before)) / 60_000));
}

/** `name@version` of what remedies lead to: how young that may be, the plan has decided. */
export function approvedBy(remedies: readonly Remedy[]): readonly string[] {
  return remedies.flatMap(({ package: name, to }) => (to === undefined ? [] : [`${name}@${to}`]));
}

/**
 * Runs a package manager behind a gate. When nothing old enough suits, it runs once more without,
 * and that is told: what a remedy of today requires may have been published together with it.
 *
 * @param gate undefined: there is no cooldown to keep
 * @param file the lockfile, for what is told
 */
export async function runGated(
  session: Session,
  argv: readonly string[],
  gate: Gate | undefined,
  file: string,
): Promise<void> {
  if (gate === undefined) {
    await session.run(argv);
    return;
  }
  try {
    await session.run([...argv, ...(gate.flags ?? [])], { variables: gate.variables ?? {} });
  } catch (error) {
    if (!(error instanceof SutureError) || error.code !== 'version-unavailable') throw error;
    await session.run(argv);
    session.warn(file, 'takes versions younger than the cooldown along; nothing older suits');
  }
}

/** For a manager that knows no cooldown: tells what came along, so that a person can look. */
export function tellUngated(
  session: Session,
  file: string,
  versions: { readonly before: ReadonlySet<string>; readonly after: ReadonlySet<string> },
  remedies: readonly Remedy[],
): void {
  const approved = approvedBy(remedies);
  const along = [...versions.after].filter(
    (one) => !versions.before.has(one) && !approved.includes(one),
  );
  if (along.length === 0) return;
  const list = along.sort().join(', ');
  session.warn(file, `takes ${list} along; this package manager cannot be told of the cooldown`);
}
