import type { PackageGroup } from './graph-view.ts';
import type { Way } from './step.ts';

/** A dependent that does not admit the version its child is to move to. */
export interface Blocked {
  /** Name the child is required under. */
  readonly name: string;
  readonly parent: PackageGroup;
  readonly range: string;
}

/** A way to get one blocked dependent out of the way. */
export interface Escape extends Way {
  /** The dependent's new version keeps what is locked, so the child has to be moved as well. */
  readonly needsMove: boolean;
}
