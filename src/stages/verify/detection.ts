import type { PlannedChange } from '../../domain/change.ts';
import type { Verification } from '../../domain/verification.ts';

/** Chance that the project's tests would have seen it if the change had broken something. */
export interface Detection {
  /** 0 to below 1. */
  readonly power: number;
  /** For a person. */
  readonly why: string;
}

/** No test-suite sees everything. */
const MOST = 0.95;
/** Tests exercise 58 % of direct and 21 % of transitive dependency calls (Hejderup & Gousios 2022). */
const DIRECT = 0.58;
const TRANSITIVE = 0.21;
/** Share of a package's functions that clients use at all: at and above it nothing more is learnt. */
const USED_SHARE = 0.25;
/** Tests at which half of what a suite could see is seen. */
const HALF_TESTS = 5;
/** Where single tests cannot be told apart, the command counts for this many. */
const TESTS_OF_AN_EXIT_CODE = 5;

export function detectionOf(change: PlannedChange, verification: Verification): Detection {
  const { tests, runner } = verification.patched;
  const passed = Object.values(tests).filter((outcome) => outcome === 'passed').length;
  const known = runner === 'exit-code' ? TESTS_OF_AN_EXIT_CODE : passed;
  const { reach, why } = reachOf(change, verification);
  const what = runner === 'exit-code' ? 'only an exit code' : `${passed} pass`;
  return { power: MOST * reach * (known / (known + HALF_TESTS)), why: `${what}; ${why}` };
}

function reachOf(
  change: PlannedChange,
  { testsReachChange: { packages, share } }: Verification,
): { reach: number; why: string } {
  if (share === undefined || packages.length === 0) {
    const direct = change.remedies.every(({ kind }) => kind === 'upgrade');
    return { reach: direct ? DIRECT : TRANSITIVE, why: 'reach not measured' };
  }
  const run = packages.reduce((sum, { functionsRun }) => sum + functionsRun, 0);
  const seen = packages.reduce((sum, { functionsSeen }) => sum + functionsSeen, 0);
  // Loading a package shows half of it: it is there, it parses, its exports are found.
  const depth = seen === 0 ? 0.5 : 0.5 + 0.5 * Math.min(1, run / seen / USED_SHARE);
  const loaded = packages.filter((one) => one.loaded).length;
  return {
    reach: share * depth,
    why: `${loaded} of ${packages.length} changed packages loaded, ${run} of ${seen} functions run`,
  };
}
