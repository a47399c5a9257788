import type { Step } from './step.ts';
import { majorsCrossed, versionStep } from './version-step.ts';

/**
 * What a step costs, in points. One point is about one percent of expected breakage or the trouble
 * of one line to review.
 *
 * Breakage priors follow what is measured on npm (Venturini et al. 2023: about 12 % of clients are
 * hit by non-major breakage, 44 % of breakages come in minor and patch releases), so a minor or
 * patch step is cheap but not free, and a major one is far dearer than any of them.
 */
const COST = {
  lockfile: 1,
  manifest: 3,
  furtherManifest: 0.5,
  remove: 8,
  /** Dearer than one major upgrade, cheaper than two: a last resort that somebody must undo. */
  override: 20,
  overrideEverywhere: 26,
  retire: 1,
  patch: 1,
  minor: 2,
  major: 12,
  furtherMajor: 3,
  /** Crossing a major by override breaks a promise nobody has made; the parent never asked for it. */
  unaskedMajor: 20,
  deprecated: 3,
  missingPeer: 2,
  newInstallScript: 4,
  /** Younger than the cooldown, taken under the bypass. */
  young: 5,
  /** Per advisory that the new version still has. */
  carried: 4,
} as const;

/** Things about a version that make it a worse choice without ruling it out. */
export interface Penalties {
  readonly deprecated: boolean;
  readonly missingPeers: number;
  readonly newInstallScript: boolean;
  readonly young: boolean;
  readonly carried: number;
}

const NO_PENALTIES: Penalties = {
  deprecated: false,
  missingPeers: 0,
  newInstallScript: false,
  young: false,
  carried: 0,
};

/** The cost of a step; see docs/guide/remedies.md for the table. */
export function stepCost(step: Omit<Step, 'cost'>, penalties: Penalties = NO_PENALTIES): number {
  if (step.retires === true) return COST.retire;
  if (step.to === undefined) return COST.remove;
  return base(step) + distance(step, step.to) + penaltyCost(penalties);
}

function base(step: Omit<Step, 'cost'>): number {
  if (step.kind === 'override')
    return step.selector === '' ? COST.overrideEverywhere : COST.override;
  if (step.workspaces.length === 0) return COST.lockfile;
  return COST.manifest + COST.furtherManifest * (step.workspaces.length - 1);
}

function distance(step: Omit<Step, 'cost'>, to: string): number {
  const kind = versionStep(step.from, to);
  if (kind !== 'major') return COST[kind];
  const unasked = step.kind === 'override' ? COST.unaskedMajor : 0;
  return COST.major + unasked + COST.furtherMajor * (majorsCrossed(step.from, to) - 1);
}

function penaltyCost(penalties: Penalties): number {
  return (
    (penalties.deprecated ? COST.deprecated : 0) +
    COST.missingPeer * penalties.missingPeers +
    (penalties.newInstallScript ? COST.newInstallScript : 0) +
    (penalties.young ? COST.young : 0) +
    COST.carried * penalties.carried
  );
}
