/** The only place that wires plugins to ports. What a command does not need is not loaded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openIndex } from './advisories/open-index.ts';
import { runProgram } from './cli/program.ts';
import { showProgress } from './cli/terminal.ts';
import { sutureHome } from './platform/home.ts';
import { installedPackages } from './platform/installed-packages.ts';
import { npmEcosystem } from './plugins/ecosystems/npm/index.ts';
import type { Services } from './workflows/services.ts';

function version(): string {
  const path = join(import.meta.dirname, '..', 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
  return manifest.version;
}

function services(): Services {
  const home = sutureHome();
  return {
    tool: { name: 'suture', version: version() },
    home,
    clock: { now: () => new Date() },
    ecosystems: [npmEcosystem],
    openIndex: () => openIndex(home),
    packageSources: installedPackages,
    progress: showProgress,
    async patchers() {
      const { patchers } = await import('./plugins/patchers/index.ts');
      return patchers;
    },
    async sandbox({ unsandboxed }) {
      const { chooseSandbox, sandboxes } = await import('./plugins/sandboxes/index.ts');
      const all = sandboxes({ allowUnsandboxed: unsandboxed });
      return await chooseSandbox(all, unsandboxed ? 'none' : undefined);
    },
    async registry(directory) {
      const { npmRegistry } = await import('./plugins/registries/npm.ts');
      return await npmRegistry({ directory, cacheDirectory: join(home, 'cache', 'registry') });
    },
    async notifiers(allow) {
      const { notifiers } = await import('./plugins/notifiers/index.ts');
      return notifiers({ outbound: { allow } });
    },
    async feeds() {
      const { feeds } = await import('./plugins/feeds/index.ts');
      return feeds;
    },
  };
}

/** Runs the command line `argv` (without program name) and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  await runProgram(argv, services());
}
