import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprint } from '../../domain/fingerprint.ts';
import { writeFileAtomic } from '../../platform/atomic-write.ts';
import type { PublishedPackage } from '../../ports/package-registry.ts';

/** What a registry said about a package, and when. */
export interface CachedPackage {
  /** ISO 8601. */
  readonly asked: string;
  readonly package: PublishedPackage;
}

/** Changes with the shape of what is cached. */
const FORMAT = '1';

/** Answers of registries on disk, one file each; readable by the user alone, for packages may be private. */
export function packageCache(directory: string) {
  const file = (registry: string, name: string) =>
    join(directory, 'packages', `${fingerprint([FORMAT, registry, name])}.json`);
  return {
    async read(registry: string, name: string): Promise<CachedPackage | undefined> {
      try {
        return JSON.parse(await readFile(file(registry, name), 'utf8')) as CachedPackage;
      } catch {
        // Absent or torn: the registry is asked again.
        return undefined;
      }
    },
    async write(registry: string, name: string, cached: CachedPackage): Promise<void> {
      // A full disk must not fail what the registry has answered already.
      await writeFileAtomic(file(registry, name), JSON.stringify(cached), { mode: 0o600 }).catch(
        () => undefined,
      );
    },
  };
}
