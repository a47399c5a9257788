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

/** Packages that are followed below one candidate, so that a request for one does not fetch hundreds. */
const FOLLOWED = 60;

/**
 * Follows what a candidate brings: dependencies that nothing installed satisfies come fresh, and must
 * obey the same never-rules as what is chosen by name. Beyond {@link FOLLOWED} packages the rescan
 * after patching has the word.
 */
export async function pullsOf(
  world: World,
  candidate: PublishedVersion,
  bypass: boolean,
): Promise<Pulls> {
  const carried: string[] = [];
  const seen = new Set<string>();
  let level: readonly PublishedVersion[] = [candidate];
  while (level.length > 0 && seen.size < FOLLOWED) {
    const wanted = level.flatMap((published) => freshNeeds(world, published));
    await Promise.all(wanted.map(({ requirement }) => world.packuments.get(requirement.name)));
    const next: PublishedVersion[] = [];
    for (const { requirement, optional } of wanted) {
      const { name } = requirement;
      const pick = naturalPick(world, requirement);
      if (pick === undefined && optional) continue;
      if (pick === undefined) {
        const why = `requires ${name} ${requirement.range}, which the registry cannot serve`;
        return { trouble: { why, rule: 'unresolvable' }, carried };
      }
      const label = labelOf(name, pick.version);
      if (seen.has(label)) continue;
      seen.add(label);
      const trouble = troubleWith(world, name, pick, bypass);
      if (trouble !== undefined) return { trouble, carried };
      for (const id of world.vulnerabilities.of(name, pick.version)) carried.push(`${label} ${id}`);
      next.push(pick);
    }
    level = next;
  }
  return { carried };
}

function freshNeeds(
  world: World,
  { dependencies, optionalDependencies }: PublishedVersion,
): { requirement: Requirement; optional: boolean }[] {
  return Object.entries({ ...dependencies, ...optionalDependencies })
    .map(([name, written]) => ({
      requirement: readRequirement(name, written),
      optional: name in optionalDependencies,
    }))
    .filter(({ requirement }) => requirement.kind !== 'elsewhere' && !isThere(world, requirement));
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
