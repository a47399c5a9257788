import type { PublishedVersion } from '../../ports/package-registry.ts';
import { isBundled, labelOf } from './graph-view.ts';
import { tooYoung } from './release-age.ts';
import { type Requirement, readRequirement } from './requirement.ts';
import { admits, naturalPick, type World } from './world.ts';

/** What installing a version would bring along. */
export interface Pulls {
  /** Why the version cannot be taken because of what it brings. */
  readonly trouble?: {
    readonly why: string;
    readonly rule: 'vulnerable' | 'cooldown' | 'unresolvable';
  };
  /** Advisories that what it brings has, and that what is installed of that package has too. */
  readonly carried: readonly string[];
}

/**
 * Looks one level down: dependencies of a candidate that nothing installed satisfies come fresh, and
 * must obey the same never-rules as what is chosen by name. Deeper levels are the rescan's.
 */
export async function pullsOf(
  world: World,
  candidate: PublishedVersion,
  bypass: boolean,
): Promise<Pulls> {
  const optional = new Set(Object.keys(candidate.optionalDependencies));
  const wanted = { ...candidate.dependencies, ...candidate.optionalDependencies };
  const fresh = Object.entries(wanted)
    .map(([name, written]) => ({ name, requirement: readRequirement(name, written) }))
    .filter(({ requirement }) => requirement.kind !== 'elsewhere')
    .filter(({ requirement }) => !isThere(world, requirement));
  await Promise.all(fresh.map(({ requirement }) => world.packuments.get(requirement.name)));

  const carried: string[] = [];
  for (const { name, requirement } of fresh) {
    const pick = naturalPick(world, requirement);
    if (pick === undefined) {
      if (optional.has(name)) continue;
      const why = `requires ${name} ${requirement.range}, which the registry cannot serve`;
      return { trouble: { why, rule: 'unresolvable' }, carried };
    }
    const trouble = troubleWith(world, requirement.name, pick, bypass);
    if (trouble !== undefined) return { trouble, carried };
    const label = labelOf(requirement.name, pick.version);
    for (const id of world.vulnerabilities.of(requirement.name, pick.version)) {
      carried.push(`${label} ${id}`);
    }
  }
  return { carried };
}

function isThere(world: World, requirement: Requirement): boolean {
  return (world.view.byName.get(requirement.name) ?? []).some(
    (installed) => !isBundled(installed) && admits(world, requirement, installed.version),
  );
}

function troubleWith(
  world: World,
  name: string,
  pick: PublishedVersion,
  bypass: boolean,
): Pulls['trouble'] {
  const label = labelOf(name, pick.version);
  const known = new Set(
    (world.view.byName.get(name) ?? []).flatMap((group) => [
      ...world.vulnerabilities.of(name, group.version),
    ]),
  );
  const introduced = [...world.vulnerabilities.of(name, pick.version)].filter(
    (id) => !known.has(id),
  );
  if (introduced.length > 0) {
    return {
      why: `would bring ${label}, which is affected by ${introduced.join(', ')}`,
      rule: 'vulnerable',
    };
  }
  const { policy, packuments, now } = world;
  const young = tooYoung(pick, packuments.known(name)?.versions ?? [], policy.cooldownDays, now);
  if (young === undefined || (bypass && (pick.provenance || !pick.hasInstallScript)))
    return undefined;
  return { why: `would bring ${label}, which ${young.why}`, rule: 'cooldown' };
}
