import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pacote from 'pacote';
import type { PublishedVersion } from '../../../src/ports/package-registry.ts';

export interface Published {
  readonly version: PublishedVersion;
  readonly files: ReadonlyMap<string, string>;
}

const TEXT = /\.(?:[cm]?js|json)$/;
const MAX_BYTES = 2_000_000;

/** A version as the registry has it. Its files are read, never run; scripts are off in pacote. */
export async function publishedVersion(name: string, version: string): Promise<Published> {
  const folder = await mkdtemp(join(tmpdir(), 'breakage-'));
  try {
    await pacote.extract(`${name}@${version}`, folder);
    const paths = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = new Map<string, string>();
    for (const entry of paths.filter((one) => one.isFile() && TEXT.test(one.name))) {
      const path = join(entry.parentPath, entry.name);
      const text = await readFile(path, 'utf8');
      if (text.length <= MAX_BYTES) files.set(path.slice(folder.length + 1), text);
    }
    return { version: versionOf(files.get('package.json') ?? '{}'), files };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function versionOf(manifest: string): PublishedVersion {
  const read = JSON.parse(manifest) as Partial<PublishedVersion> & {
    readonly scripts?: Record<string, string>;
  };
  const scripts = Object.keys(read.scripts ?? {});
  return {
    version: read.version ?? '',
    dependencies: read.dependencies ?? {},
    optionalDependencies: read.optionalDependencies ?? {},
    peerDependencies: read.peerDependencies ?? {},
    engines: read.engines ?? {},
    hasInstallScript: scripts.some((script) => /^(?:pre|post)?install$/.test(script)),
    provenance: false,
  };
}
