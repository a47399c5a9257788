import type { Patcher } from '../../ports/patcher.ts';
import { npmPatcher } from './npm.ts';
import { pnpmPatcher } from './pnpm.ts';
import { yarnBerryPatcher } from './yarn-berry.ts';
import { yarnClassicPatcher } from './yarn-classic.ts';

/** Every package manager that can patch; sorted, one line each (a test compares it with the disk). */
export const patchers: readonly Patcher[] = [
  npmPatcher,
  pnpmPatcher,
  yarnBerryPatcher,
  yarnClassicPatcher,
];
