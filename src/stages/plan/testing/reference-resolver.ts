import type { Remedy } from '../../../domain/remedy.ts';
import { satisfiesNpmRequirement } from '../../../versions/npm-requirement.ts';
import { compareSemver } from '../../../versions/semver.ts';
import { type ClosedWorld, packagesOf, readNeeds } from './closed-world.ts';

/**
 * A package manager in fifty lines, written apart from the planner to check it: resolves a project
 * from nothing, keeping what was locked where that still satisfies, and obeying remedies.
 *
 * @returns the installed `name@version`s
 */
export function resolveWith(world: ClosedWorld, remedies: readonly Remedy[]): ReadonlySet<string> {
  const packages = packagesOf(world);
  const locked = (typeof world.locked === 'string' ? world.locked : '')
    .split(/\s+/)
    .filter(Boolean);
  const preferred = new Set(locked);
  const removed = new Set<string>();
  for (const { kind, package: name, from, to } of remedies) {
    if (kind === 'remove') removed.add(name);
    else if (kind !== 'override' && to !== undefined) {
      preferred.delete(`${name}@${from}`);
      preferred.add(`${name}@${to}`);
    }
  }
  const installed = new Set<string>();
  const resolve = (name: string, range: string, parent: string | undefined): void => {
    const forced = remedies.find(
      (remedy) =>
        remedy.kind === 'override' &&
        remedy.package === name &&
        (remedy.selector === '' || remedy.selector?.startsWith(`${parent ?? ''}@`) === true),
    )?.to;
    const admitted = (packages.get(name)?.versions ?? [])
      .map(({ version }) => version)
      .filter((version) => satisfiesNpmRequirement(version, range))
      .toSorted((a, b) => compareSemver(b, a));
    const version =
      forced ?? admitted.find((one) => preferred.has(`${name}@${one}`)) ?? admitted[0];
    if (version === undefined || installed.has(`${name}@${version}`)) return;
    installed.add(`${name}@${version}`);
    const published = packages.get(name)?.versions.find((entry) => entry.version === version);
    for (const [child, wanted] of Object.entries(published?.dependencies ?? {}))
      resolve(child, wanted, name);
  };
  const needs = readNeeds(typeof world.project === 'string' ? world.project : world.project['']);
  for (const { name, range } of needs) {
    if (removed.has(name)) continue;
    const rewritten = remedies.find(
      ({ kind, package: own, workspaces }) =>
        kind !== 'override' && own === name && workspaces.includes(''),
    );
    resolve(name, rewritten?.to === undefined ? range : `^${rewritten.to}`, undefined);
  }
  return installed;
}
