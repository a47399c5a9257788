import type { PublishedVersion } from '../../ports/package-registry.ts';
import type { PackageGroup } from './graph-view.ts';
import { readRequirement } from './requirement.ts';
import { admits, type World } from './world.ts';

export interface PeerTrouble {
  /** A peer that is installed in no version the candidate accepts, though the old one was content. */
  readonly unmet?: string;
  /** Peers the installed version did not ask for and that are not there; may be optional ones. */
  readonly missing: readonly string[];
}

/**
 * Compares a candidate's peer requirements with what is installed. A peer that the installed version
 * could not be satisfied with either is no reason against the candidate.
 */
export function peerTrouble(
  world: World,
  group: PackageGroup,
  candidate: PublishedVersion,
): PeerTrouble {
  const missing: string[] = [];
  const before = world.packuments.version(group.name, group.version)?.peerDependencies ?? {};
  for (const [name, range] of Object.entries(candidate.peerDependencies)) {
    const installed = installedPeers(world, group, name);
    const admitted = (written: string) => {
      const requirement = readRequirement(name, written);
      return installed.some((version) => admits(world, requirement, version));
    };
    const previous = before[name];
    if (installed.length === 0) {
      if (previous === undefined) missing.push(name);
    } else if (!admitted(range) && (previous === undefined || admitted(previous))) {
      const unmet = `asks for peer ${name} ${range}, and ${installed.join(' and ')} is installed`;
      return { unmet, missing };
    }
  }
  return { missing };
}

/** The peer as the instances see it; where they do not say, any instance in the graph. */
function installedPeers(world: World, group: PackageGroup, name: string): string[] {
  const { view } = world;
  const linked = group.instances
    .flatMap(({ dependencies }) => dependencies)
    .filter((edge) => edge.kind === 'peer' && edge.name === name && edge.to !== undefined)
    .map(({ to }) => view.groupOf.get(to ?? '')?.version)
    .filter((version) => version !== undefined);
  if (linked.length > 0) return [...new Set(linked)];
  return (view.byName.get(name) ?? []).map(({ version }) => version);
}
