import type { Vex } from '../../domain/finding.ts';
import type { Reachability } from '../../domain/reachability.ts';

/**
 * VEX status from reachability. `not_affected` is only claimed where everything that could load the
 * code was looked at; *unknown* is an investigation that is still open, never an all-clear.
 */
export function vexOf(reachability: Reachability, malicious: boolean): Vex {
  if (malicious) {
    return {
      status: 'affected',
      because: 'the package itself is malicious: it acts on installation',
    };
  }
  const { because } = reachability;
  if (reachability.status === 'reachable') return { status: 'affected', because };
  if (reachability.status === 'unknown') return { status: 'under_investigation', because };
  return { status: 'not_affected', justification: 'vulnerable_code_not_in_execute_path', because };
}
