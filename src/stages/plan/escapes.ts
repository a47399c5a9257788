import type { PublishedVersion } from '../../ports/package-registry.ts';
import type { Blocked, Escape } from './blocked.ts';
import { isBundled, labelOf, type PackageGroup } from './graph-view.ts';
import type { Cause } from './rejection.ts';
import { readRequirement } from './requirement.ts';
import type { Candidate, Search } from './search.ts';
import { cheapest, joinWays, type Way } from './step.ts';
import { breakingLine } from './version-step.ts';
import { admits, naturalPick, requires } from './world.ts';

/** Lines of the parent (1.x, 2.x, …) that are tried, nearest first. */
const LINES = 4;

/**
 * All the ways to lead every dependent of a package to a version, or away from the package.
 *
 * @param trail the packages below, from the vulnerable one up; empty for that one itself
 */
type MovesTo = (
  search: Search,
  group: PackageGroup,
  candidate: Candidate,
  trail: readonly PackageGroup[],
) => Promise<readonly Way[]>;

/** What a parent's new version would do to the child. */
interface Effect {
  readonly needsMove: boolean;
  /** Another installed version of the child that it would use, to be moved there first. */
  readonly uses?: PackageGroup;
}

/**
 * Ways to upgrade a dependent so that it no longer holds a child back: lowest version first whose
 * published requirement admits the child's new version, or needs the child no longer, or leads to
 * another good one. The dependent's own dependents must admit that version or be moved in turn.
 *
 * @param to the child's new version; `undefined` when there is none and it has to go
 */
export async function escapesOf(
  search: Search,
  blocked: Blocked,
  child: PackageGroup,
  to: string | undefined,
  trail: readonly PackageGroup[],
  movesTo: MovesTo,
): Promise<readonly Escape[]> {
  const key = `${blocked.parent.key} ${blocked.name} ${child.key} ${to ?? '-'}`;
  const known = search.escapes.get(key);
  if (known !== undefined) return known;
  const found = await findEscapes(search, blocked, child, to, trail, movesTo);
  search.escapes.set(key, found);
  return found;
}

async function findEscapes(
  search: Search,
  blocked: Blocked,
  child: PackageGroup,
  to: string | undefined,
  trail: readonly PackageGroup[],
  movesTo: MovesTo,
): Promise<readonly Escape[]> {
  const { parent } = blocked;
  const { world } = search;
  const refuse = (cause: Cause, why: string, version?: string): void => {
    const option = version === undefined ? {} : { to: version };
    search.reject({ kind: 'parent-upgrade', package: parent.name, ...option, why, cause });
  };
  const answer = await world.packuments.get(parent.name);
  if (answer.status !== 'known') {
    if (answer.status === 'unknown') refuse('unknown-package', 'is not known to the registry');
    else refuse('unreachable', answer.message);
    return [];
  }
  const escapes: Escape[] = [];
  const lines = new Set<string>();
  const pooled = new Set(search.pooled(parent).map(({ version }) => version));
  let admitting = 0;
  for (const published of search.higher(parent)) {
    const line = breakingLine(published.version);
    if ((lines.has(line) || lines.size >= LINES) && !pooled.has(published.version)) continue;
    const alone = search.judgeAlone(parent, published);
    const effect = await effectOf(search, published, blocked, child, to);
    if (effect === undefined) continue;
    admitting += 1;
    const judgement = alone.usable ? await search.judge(parent, published) : alone;
    if (!judgement.usable) {
      refuse(judgement.rule, judgement.why, published.version);
      continue;
    }
    const found = await follow(
      search,
      parent,
      { published, judgement },
      effect,
      [...trail, child],
      movesTo,
    );
    if (judgement.penalties.carried === 0 && found.length > 0) lines.add(line);
    escapes.push(...found);
  }
  if (admitting === 0) {
    refuse(
      'none-admitted',
      `no version above ${parent.version} ${to === undefined ? '' : `admits ${labelOf(child.name, to)} or `}does without ${blocked.name}${blocked.range === '' ? '' : ` (it asks for ${blocked.range})`}`,
    );
  }
  return escapes;
}

async function follow(
  search: Search,
  parent: PackageGroup,
  candidate: Candidate,
  effect: Effect,
  trail: readonly PackageGroup[],
  movesTo: MovesTo,
): Promise<Escape[]> {
  const moves = await movesTo(search, parent, candidate, trail);
  const used =
    effect.uses === undefined ? undefined : await lockfileMoves(search, effect.uses, movesTo);
  return moves.flatMap((move) =>
    (used ?? [{ steps: [] }]).flatMap((extra) => {
      const both = joinWays([move, extra]);
      return both === undefined ? [] : [{ ...both, needsMove: effect.needsMove }];
    }),
  );
}

/** What becomes of the child under a parent's version; `undefined` when it stays vulnerable. */
async function effectOf(
  search: Search,
  published: PublishedVersion,
  { name }: Blocked,
  child: PackageGroup,
  to: string | undefined,
): Promise<Effect | undefined> {
  const { world } = search;
  const written = requires(published, name);
  if (written === undefined) return { needsMove: false };
  const requirement = readRequirement(name, written);
  if (requirement.kind === 'elsewhere') return undefined;
  if (requirement.name === child.name && admits(world, requirement, child.version)) {
    return to !== undefined && admits(world, requirement, to) ? { needsMove: true } : undefined;
  }
  const others = (world.view.byName.get(requirement.name) ?? []).filter(
    (group) => group !== child && !isBundled(group) && admits(world, requirement, group.version),
  );
  const clean = others.find(
    (group) => world.vulnerabilities.of(group.name, group.version).size === 0,
  );
  if (clean !== undefined) return { needsMove: false };
  const [uses] = others;
  if (uses !== undefined) return { needsMove: false, uses };
  await world.packuments.get(requirement.name);
  const pick = naturalPick(world, requirement);
  if (pick === undefined) return undefined;
  const left = world.vulnerabilities.of(requirement.name, pick.version);
  const now = world.vulnerabilities.of(child.name, child.version);
  return [...left].some((id) => now.has(id)) ? undefined : { needsMove: false };
}

/** Moves of an installed, vulnerable version that need nothing but the lockfile. */
async function lockfileMoves(
  search: Search,
  group: PackageGroup,
  movesTo: MovesTo,
): Promise<readonly Way[]> {
  await search.world.packuments.get(group.name);
  for (const published of search.higher(group)) {
    const judgement = search.judgeAlone(group, published);
    if (!judgement.usable || judgement.carries.size > 0) continue;
    // It starts a chain of its own, which may lead back here: only what is left to spend ends that.
    if (!search.spend()) return [];
    const step = await movesTo(search, group, { published, judgement }, []);
    const simple = step.filter((way) =>
      way.steps.every(
        ({ workspaces, kind }) => workspaces.length === 0 && kind === 'lockfile-bump',
      ),
    );
    if (simple.length > 0) return cheapest(simple, 1);
  }
  return [];
}
