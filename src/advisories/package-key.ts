import { canonicalPackageName } from '../domain/package-name.ts';

/**
 * The key of a package in the index: what its registry treats as one name must be one key. Names
 * come without control characters (the feeds refuse them), so a tab separates safely.
 */
export function packageKey(ecosystem: string, name: string): string {
  return `${ecosystem}\t${canonicalPackageName(ecosystem, name)}`;
}
