import type { Finding } from '../../domain/finding.ts';
import type { RemedyKind } from '../../domain/remedy.ts';
import type { PublishedVersion } from '../../ports/package-registry.ts';
import type { PackageGroup } from './graph-view.ts';
import type { Rule } from './rejection.ts';
import type { Candidate, Search } from './search.ts';
import { breakingLine } from './version-step.ts';
import { admits, requirementOf } from './world.ts';

/** Lines (1.x, 2.x, …) of which the lowest good version is considered. */
const LINES = 4;

/**
 * The versions worth moving a vulnerable package to. For each set of dependents that may be asked
 * (all, those that are packages, each alone, nobody) the lowest good version that they admit, the
 * lowest of each line, and what other findings want of the package.
 *
 * Good is what has no known vulnerability at all. Only where no such version exists, versions that
 * have fewer than now are taken: what closes the most risk, then the lowest.
 */
export async function targetsFor(
  search: Search,
  group: PackageGroup,
  findings: readonly Finding[],
): Promise<readonly Candidate[]> {
  const higher = search.higher(group);
  const clean = higher.filter((published) => {
    const judgement = search.judgeAlone(group, published);
    return judgement.usable && judgement.carries.size === 0;
  });
  const pool = clean.length > 0 ? clean : await fewest(search, group, findings);
  const picks = new Map<string, Candidate>();
  const add = async (admitted: (published: PublishedVersion) => boolean): Promise<void> => {
    for (const published of pool) {
      if (!admitted(published)) continue;
      const judgement = await search.judge(group, published);
      if (!judgement.usable) continue;
      picks.set(published.version, { published, judgement });
      // A deprecated version is a choice of last resort: look on for one that is not.
      if (!judgement.penalties.deprecated) return;
    }
  };

  const asks = group.inEdges.map((inEdge) => ({
    requirement: requirementOf(search.world, inEdge),
    manifest: inEdge.from.workspace !== undefined,
  }));
  const admittedBy = (some: typeof asks) => (published: PublishedVersion) =>
    some.every(({ requirement }) => admits(search.world, requirement, published.version));
  await add(admittedBy(asks));
  await add(admittedBy(asks.filter(({ manifest }) => !manifest)));
  for (const ask of asks) await add(admittedBy([ask]));
  const lines = [...new Set(pool.map(({ version }) => breakingLine(version)))].slice(0, LINES);
  for (const line of lines) await add(({ version }) => breakingLine(version) === line);
  const wanted = new Set(search.pooled(group).map(({ version }) => version));
  for (const version of wanted) await add((published) => published.version === version);
  return [...picks.values()].toSorted((a, b) =>
    search.world.ecosystem.compare(a.published.version, b.published.version),
  );
}

/** Versions that leave the least risk among those that do not get rid of everything. */
async function fewest(
  search: Search,
  group: PackageGroup,
  findings: readonly Finding[],
): Promise<readonly PublishedVersion[]> {
  const rated: { published: PublishedVersion; risk: number }[] = [];
  for (const published of search.higher(group)) {
    const judgement = await search.judge(group, published);
    if (!judgement.usable) continue;
    const closed = findings.filter(({ advisory }) => !judgement.carries.has(advisory.id));
    if (closed.length === 0) continue;
    rated.push({ published, risk: closed.reduce((sum, { risk }) => sum + risk.score + 1, 0) });
  }
  const most = Math.max(...rated.map(({ risk }) => risk));
  return rated.filter(({ risk }) => risk === most).map(({ published }) => published);
}

/**
 * Explains, per rule, which versions were turned down: the newest of each, because that is the one a
 * person would have taken.
 *
 * @param thoroughly also for what they would bring along, which is worth the registry's time only
 *   where there is no other version to take
 */
export async function rejectTargets(
  search: Search,
  group: PackageGroup,
  kind: RemedyKind,
  admitted: (version: string) => boolean,
  thoroughly: boolean,
): Promise<void> {
  const byRule = new Map<Rule, { version: string; why: string; from?: string; count: number }>();
  for (const published of search.higher(group)) {
    if (!admitted(published.version)) continue;
    const judgement = thoroughly
      ? await search.judge(group, published)
      : search.judgeAlone(group, published);
    if (judgement.usable) continue;
    const { why, rule, from } = judgement;
    const count = (byRule.get(rule)?.count ?? 0) + 1;
    byRule.set(rule, { version: published.version, why, count, ...(from && { from }) });
  }
  for (const [rule, { version, why, count, from }] of byRule) {
    const others =
      count > 1 ? ` (${count - 1} lower ${count === 2 ? 'version' : 'versions'} for the like)` : '';
    search.reject({
      kind,
      cause: rule,
      package: group.name,
      to: version,
      why: `${why}${others}`,
      ...(from && { from }),
    });
  }
}
