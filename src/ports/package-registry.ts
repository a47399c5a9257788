/** One published version, as the registry tells it. */
export interface PublishedVersion {
  readonly version: string;
  /** ISO 8601; absent when the registry does not say. */
  readonly published?: string;
  readonly deprecated?: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly engines: Readonly<Record<string, string>>;
  readonly hasInstallScript: boolean;
  /** The registry holds a provenance attestation for it. */
  readonly provenance: boolean;
}

export interface PublishedPackage {
  readonly name: string;
  readonly latest?: string;
  /** In publication order as the registry lists them; unpublished (yanked) versions are absent. */
  readonly versions: readonly PublishedVersion[];
  /**
   * ISO 8601, when the registry said this; present only when it could not be asked now and this is
   * what it said then.
   */
  readonly asOf?: string;
}

/** Read access to the registries the user's own configuration names. */
export interface PackageRegistry {
  /** `undefined` when the registry knows no such package. Throws `registry-unreachable`. */
  package(name: string): Promise<PublishedPackage | undefined>;
  /**
   * Files of a published tarball as text, by path without the leading `package/`. Bounded: larger
   * files are left out, binary ones too. Nothing of it is ever run.
   */
  contents(name: string, version: string): Promise<ReadonlyMap<string, string>>;
}
