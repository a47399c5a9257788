import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SutureError } from '../../../domain/error.ts';
import { manifestsBelow } from '../shared/project.ts';

/**
 * Refuses what no flag of yarn's keeps from running code of the repository or of a dependency
 * while packages are fetched: git dependencies, which yarn builds with their own scripts, and
 * (from yarn 2 on) `exec:` dependencies, which are made by a script of the project.
 *
 * @throws SutureError `project-unsafe`
 */
export function refuseUnsafeLockfile(text: string): void {
  const exec = /^"?(?<descriptor>[^\n]*@exec:[^\n"]*)/m.exec(text)?.groups?.['descriptor'];
  if (exec !== undefined) throw unsafe(`${exec} is made by a script of the project`);
  const git =
    /^ {2}(?:resolved "(?<classic>git\+[^"]*|git:[^"]*|ssh:[^"]*|[^"]*\.git#[^"]*)"|resolution: "(?<berry>[^"]*#commit=[^"]*)")/m.exec(
      text,
    )?.groups;
  const source = git?.['classic'] ?? git?.['berry'];
  if (source !== undefined)
    throw unsafe(`${source} comes from git and is built while it is fetched`);
}

/** {@link refuseUnsafeLockfile} for manifests, the ones that no lockfile names included. */
export async function refuseUnsafeManifests(directory: string): Promise<void> {
  for (const path of await manifestsBelow(directory)) {
    const text = await readFile(join(directory, path), 'utf8');
    const value = /"(?<value>exec:[^"]*)"/.exec(text)?.groups?.['value'];
    if (value !== undefined)
      throw unsafe(`${value} is a dependency made by a script of the project`);
  }
}

function unsafe(what: string): SutureError {
  return new SutureError('project-unsafe', `${what}; that would run code outside the sandbox`, {
    remedy: 'Take it from a registry, or change this project by hand.',
  });
}
