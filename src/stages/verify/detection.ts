import type { Remedy } from '../../domain/remedy.ts';
import type { Verification } from '../../domain/verification.ts';

/** Chance that the project's tests would have seen it if a remedy had broken something. */
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

export function detectionOf(remedy: Remedy, verification: Verification): Detection {
  const { tests, runner } = verification.patched;
  const passed = Object.values(tests).filter((outcome) => outcome === 'passed').length;
  const known = runner === 'exit-code' ? TESTS_OF_AN_EXIT_CODE : passed;
  const { reach, why } = reachOf(remedy, verification);
  return { power: MOST * reach * (known / (known + HALF_TESTS)), why };
}

function reachOf(
  remedy: Remedy,
  { testsReachChange: { packages, share } }: Verification,
): { reach: number; why: string } {
  if (remedy.to === undefined) {
    // Whatever still wanted it would fail to load it; only code that no test loads stays unseen.
    return { reach: DIRECT, why: 'what still wanted it would fail to load' };
  }
  const known = packages.find(
    ({ name, version }) => name === remedy.package && version === remedy.to,
  );
  if (known?.loaded === true) {
    const { functionsRun, functionsSeen } = known;
    // Loading a package shows half of it: it is there, it parses, its exports are found.
    const used = functionsSeen === 0 ? 0 : Math.min(1, functionsRun / functionsSeen / USED_SHARE);
    return {
      reach: 0.5 + 0.5 * used,
      why: `the tests run ${functionsRun} of ${functionsSeen} functions of it`,
    };
  }
  if (known !== undefined && share !== undefined) {
    return { reach: 0, why: 'the tests do not load it' };
  }
  const direct = remedy.kind === 'upgrade';
  return { reach: direct ? DIRECT : TRANSITIVE, why: 'whether the tests reach it is not known' };
}
