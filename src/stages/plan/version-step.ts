import semver from 'semver';

/** How far apart two versions are, as the caret range sees it. */
export type VersionStep = 'patch' | 'minor' | 'major';

/**
 * The step from one version to a higher one. Below 1.0.0 the first non-zero part is the breaking
 * one, as `^` reads it (semver 2.0.0 section 4): 0.2.1 → 0.3.0 counts as major.
 */
export function versionStep(from: string, to: string): VersionStep {
  const a = semver.parse(from);
  const b = semver.parse(to);
  if (a === null || b === null || breakingLine(from) !== breakingLine(to)) return 'major';
  return a.minor === b.minor ? 'patch' : 'minor';
}

/** Versions with the same line are meant to be compatible: `4`, `0.3`, `0.0.5`. */
export function breakingLine(version: string): string {
  const parsed = semver.parse(version);
  if (parsed === null) return version;
  if (parsed.major > 0) return `${parsed.major}`;
  return parsed.minor > 0 ? `0.${parsed.minor}` : `0.0.${parsed.patch}`;
}

/** How many majors lie between two versions; 0.x lines count as one. */
export function majorsCrossed(from: string, to: string): number {
  if (versionStep(from, to) !== 'major') return 0;
  return Math.max(1, (semver.parse(to)?.major ?? 0) - (semver.parse(from)?.major ?? 0));
}

export function isPrerelease(version: string): boolean {
  return (semver.prerelease(version)?.length ?? 0) > 0;
}

/** The range that admits what is compatible with a version; the version itself for pre-releases. */
export function compatibleRange(version: string): string {
  return isPrerelease(version) ? version : `^${version}`;
}
