import type { MatchedFinding } from '../../domain/finding.ts';
import type { Rescan } from '../../domain/verification.ts';

/**
 * Compares what was vulnerable before a change with what is after it.
 *
 * A finding's id contains the version, so a package that moved to a version with the same hole has
 * a new id: that is *remaining*, not closed and introduced. Introduced is a package and advisory
 * that did not go together before.
 *
 * @param closes ids the change is meant to close; all of them in `before`
 */
export function compareScans(
  before: readonly MatchedFinding[],
  after: readonly MatchedFinding[],
  closes: readonly string[],
): Rescan {
  const idsBefore = new Set(before.map(({ id }) => id));
  const idsAfter = new Set(after.map(({ id }) => id));
  const holesBefore = new Set(before.map(hole));
  const moved = new Set(after.filter(({ id }) => !idsBefore.has(id)).map(hole));
  const byId = new Map(before.map((finding) => [finding.id, finding]));

  const stays = (id: string): boolean => {
    const finding = byId.get(id);
    return idsAfter.has(id) || (finding !== undefined && moved.has(hole(finding)));
  };
  return {
    closed: closes.filter((id) => !stays(id)),
    remaining: closes.filter(stays),
    introduced: after
      .filter((finding) => !holesBefore.has(hole(finding)))
      .map(({ component, advisory }) => `${component.name}@${component.version} ${advisory.id}`),
  };
}

/** What is vulnerable to what, whichever version. */
function hole({ component, advisory }: MatchedFinding): string {
  return `${component.ecosystem}\0${component.name}\0${advisory.id}`;
}
