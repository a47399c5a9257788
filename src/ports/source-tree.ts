/** Read-only view of an asset's files. Paths are relative, `/`-separated, never leave the root. */
export interface SourceTree {
  /**
   * Files below `under` (default: all), without `node_modules`, `.git` and what `.gitignore`
   * excludes; sorted. Symbolic links are not followed out of the tree.
   */
  list(under?: string): Promise<readonly string[]>;
  /** The file's text, or `undefined` when there is none. Files over `maxBytes` throw `file-too-large`. */
  read(path: string, options?: { maxBytes?: number }): Promise<string | undefined>;
}
