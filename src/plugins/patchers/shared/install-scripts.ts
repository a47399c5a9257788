import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether anything installed in a `node_modules` tree has scripts to run at installation. */
export async function hasInstallScripts(modules: string): Promise<boolean> {
  for (const name of await readdir(modules).catch(() => [])) {
    const path = join(modules, name);
    if (name.startsWith('@')) {
      if (await hasInstallScripts(path)) return true;
    } else if (
      !name.startsWith('.') &&
      ((await isBuilt(path)) || (await hasInstallScripts(join(path, 'node_modules'))))
    ) {
      return true;
    }
  }
  return false;
}

/** npm docs, scripts: the three install scripts, and `binding.gyp`, which stands for one. */
async function isBuilt(path: string): Promise<boolean> {
  const text = await readFile(join(path, 'package.json'), 'utf8').catch(() => '{}');
  const scripts = /"(?:preinstall|install|postinstall)"\s*:/.test(text) ? scriptsOf(text) : {};
  if (['preinstall', 'install', 'postinstall'].some((name) => Object.hasOwn(scripts, name)))
    return true;
  return await stat(join(path, 'binding.gyp')).then(
    () => true,
    () => false,
  );
}

function scriptsOf(text: string): object {
  try {
    const { scripts } = JSON.parse(text) as { scripts?: unknown };
    return typeof scripts === 'object' && scripts !== null ? scripts : {};
  } catch {
    return {};
  }
}
