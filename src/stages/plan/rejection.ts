import type { RejectedOption } from '../../domain/remedy.ts';

/** The never-rules, by name. */
export type Rule =
  | 'tried'
  | 'pre-release'
  | 'vulnerable'
  | 'deprecated-for-security'
  | 'cooldown'
  | 'engines'
  | 'peer'
  | 'unresolvable';

/** Why an option is out: a rule about versions, or a circumstance of the package or project. */
export type Cause =
  | Rule
  | 'none-admitted'
  | 'none-published'
  | 'source'
  | 'orphan'
  | 'unknown-package'
  | 'unreachable'
  | 'bundled'
  | 'policy'
  | 'no-override'
  | 'chain'
  | 'prediction'
  | 'in-use';

/** A rejected option with what it takes to say what would be needed. */
export interface Rejection extends RejectedOption {
  readonly cause: Cause;
  /** ISO date from which it may no longer hold. */
  readonly from?: string;
}
