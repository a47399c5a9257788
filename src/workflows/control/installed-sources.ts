import { basename, dirname, join } from 'node:path';
import type { PackageManager, PackageNode } from '../../domain/dependency-graph.ts';
import { messageOf } from '../../domain/error.ts';
import { fileTree } from '../../platform/file-tree.ts';
import { installedPackages } from '../../platform/installed-packages.ts';
import type { PackageSources } from '../../ports/package-sources.ts';
import type { ProjectCopies } from '../project-copies.ts';
import type { Control } from './control.ts';

/** Which package manager unpacks what a lockfile names; yarn's two formats share a file name. */
function managerOf(file: string, start: string): PackageManager | undefined {
  switch (basename(file)) {
    case 'package-lock.json':
    case 'npm-shrinkwrap.json':
      return 'npm';
    case 'pnpm-lock.yaml':
      return 'pnpm';
    case 'yarn.lock':
      return start.includes('# yarn lockfile v1') ? 'yarn-classic' : 'yarn-berry';
    default:
      return undefined;
  }
}

/**
 * The packages of a project that nobody has installed anywhere: unpacked into a throw-away copy,
 * scripts off, when the first is asked for. Where that fails (a private registry this machine
 * cannot reach), their source is not at hand and what they do stays unknown.
 */
export function unpackedPackages(control: Control, copies: ProjectCopies): PackageSources {
  let installed: Promise<PackageSources | undefined> | undefined;
  const install = async (): Promise<PackageSources | undefined> => {
    const copy = await copies.make('sources');
    const patchers = await control.services.patchers();
    const tree = fileTree(copies.pristine);
    for (const file of await tree.list()) {
      if (managerOf(file, '') === undefined) continue;
      const manager = managerOf(file, ((await tree.read(file)) ?? '').slice(0, 200));
      const patcher = patchers.find((one) => one.manager === manager);
      if (patcher === undefined) continue;
      const folder = dirname(file) === '.' ? copy : join(copy, dirname(file));
      await patcher.install(folder).catch((error: unknown) => {
        control.log.info({ file }, `packages were not unpacked: ${messageOf(error)}`);
      });
    }
    return installedPackages(copy);
  };
  return {
    async open(node: PackageNode) {
      installed ??= install();
      return await (await installed)?.open(node);
    },
  };
}
