import type { PackageGroup } from '../../../src/stages/plan/graph-view.ts';
import { breakingLine } from '../../../src/stages/plan/version-step.ts';
import {
  admits,
  fetchDependents,
  naturalPick,
  requirementOf,
  type World,
} from '../../../src/stages/plan/world.ts';

/**
 * What simpler tools would close, as the share of findings whose package has the version that such
 * a tool would take. Both are generous: they ignore what the version brings along, its age and Node.
 */
export interface Baselines {
  /** `npm audit fix` without `--force`: the newest version that every dependent admits. */
  readonly inRange: number;
  /** The newest of the same major, manifests rewritten, but nobody else's requirements. */
  readonly newestInMajor: number;
}

export async function baselines(world: World): Promise<Baselines> {
  let inRange = 0;
  let newestInMajor = 0;
  for (const { component, advisory } of world.findings) {
    const { name, version } = component;
    if ((await world.packuments.get(name)).status !== 'known') continue;
    const groups = (world.view.byName.get(name) ?? []).filter((group) => group.version === version);
    for (const group of groups) await fetchDependents(world, group);
    const closes = (to: string | undefined) =>
      to !== undefined &&
      to !== version &&
      world.ecosystem.compare(to, version) > 0 &&
      !world.vulnerabilities.of(name, to).has(advisory.id);
    if (groups.every((group) => closes(newestAdmitted(world, group)))) inRange += 1;
    const newest = world.packuments
      .versions(name)
      .findLast((entry) => breakingLine(entry.version) === breakingLine(version))?.version;
    if (closes(newest) && groups.every((group) => packagesAdmit(world, group, newest ?? '')))
      newestInMajor += 1;
  }
  return { inRange, newestInMajor };
}

function newestAdmitted(world: World, group: PackageGroup): string | undefined {
  const [first] = group.inEdges;
  const pick = first === undefined ? undefined : naturalPick(world, requirementOf(world, first));
  const all = (version: string) =>
    group.inEdges.every((edge) => admits(world, requirementOf(world, edge), version));
  if (pick !== undefined && all(pick.version)) return pick.version;
  return world.packuments.versions(group.name).findLast(({ version }) => all(version))?.version;
}

function packagesAdmit(world: World, group: PackageGroup, version: string): boolean {
  return group.inEdges
    .filter(({ from }) => from.workspace === undefined)
    .every((edge) => admits(world, requirementOf(world, edge), version));
}
