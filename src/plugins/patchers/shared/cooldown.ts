import { SutureError } from '../../../domain/error.ts';
import type { Session } from './session.ts';

/**
 * Runs a package manager that leaves versions out which are too young. When nothing else suits, it
 * runs once more without the gate, and that is told: the versions that remedies lead to may be
 * younger on purpose, and what they require may have been published together with them.
 *
 * @param gate flags of the manager's own cooldown; empty: there is none to keep
 */
export async function runGated(
  session: Session,
  argv: readonly string[],
  gate: readonly string[],
  file: string,
): Promise<void> {
  if (gate.length === 0) {
    await session.run(argv);
    return;
  }
  try {
    await session.run([...argv, ...gate]);
  } catch (error) {
    if (!(error instanceof SutureError) || error.code !== 'version-unavailable') throw error;
    await session.run(argv);
    session.warn(file, 'needs versions younger than the cooldown; nothing older suits');
  }
}
