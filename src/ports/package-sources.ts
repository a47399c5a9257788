import type { PackageNode } from '../domain/dependency-graph.ts';
import type { SourceTree } from './source-tree.ts';

/** Source of installed packages, for reading only: nothing of it is ever run. */
export interface PackageSources {
  /** The files of one package instance, or `undefined` when its source is not at hand. */
  open(node: PackageNode): Promise<SourceTree | undefined>;
}
