import { SutureError } from '../../domain/error.ts';
import type { Sandbox } from '../../ports/sandbox.ts';

/**
 * The sandbox to use: the preferred one if named, otherwise the first of the list that works here.
 * `none` isolates nothing, so it is never chosen unless it is named.
 *
 * @throws SutureError `sandbox-missing`, with the line to run.
 */
export async function chooseSandbox(
  list: readonly Sandbox[],
  preferred?: string,
): Promise<Sandbox> {
  const candidates = list.filter(({ id }) =>
    preferred === undefined ? id !== 'none' : id === preferred,
  );
  if (candidates.length === 0 && preferred !== undefined) {
    throw new SutureError('sandbox-missing', `There is no sandbox called ${preferred}.`, {
      remedy: `Use one of: ${list.map(({ id }) => id).join(', ')}.`,
    });
  }
  const reasons: string[] = [];
  for (const sandbox of candidates) {
    const reason = await sandbox.unavailable();
    if (reason === undefined) return sandbox;
    reasons.push(`${sandbox.id}: ${reason}`);
  }
  throw new SutureError(
    'sandbox-missing',
    `No sandbox works on this machine, and code of packages is not run without one (${reasons.join('; ')}).`,
    { remedy: 'Run: sudo apt-get install -y bubblewrap   (or install Docker or Podman)' },
  );
}
