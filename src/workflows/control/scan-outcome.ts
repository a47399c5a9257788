/** What later steps need of a scan; the rest is in the store. */
export interface ScanOutcome {
  readonly assetId: string;
  readonly commit: string | null;
  /** Ids of findings that are new, and of those that are there again. */
  readonly added: readonly string[];
  readonly reopened: readonly string[];
}
