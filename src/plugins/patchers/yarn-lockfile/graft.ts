import semver from 'semver';
import { type Block, insertSorted, versionOf, wantedBy, type YarnLock } from './blocks.ts';

/** What is to change in a lockfile. */
export interface Change {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Descriptors that are new in the manifests and shall get `to`. */
  readonly added: readonly string[];
}

/**
 * Points every descriptor that had `from` and admits `to` at an entry for `to`, which is the one
 * that yarn itself wrote for a side project. Descriptors that do not admit it keep theirs. yarn
 * then completes the lockfile.
 *
 * @returns the new lockfile and the descriptors that got `to`.
 */
export function graft(
  lock: YarnLock,
  change: Change,
  body: readonly string[],
): { readonly lock: YarnLock; readonly given: readonly string[] } {
  const given = new Set(change.added);
  const left: Block[] = [];
  for (const block of lock.blocks) {
    const ours = isOurs(block, change);
    const moves =
      ours && versionOf(block) === change.from
        ? block.descriptors.filter((one) => admits(wantedBy(one).range, change.to))
        : [];
    for (const descriptor of moves) given.add(descriptor);
    const stay = block.descriptors.filter((one) => !given.has(one));
    if (stay.length > 0) left.push({ ...block, descriptors: stay });
    else if (moves.length === 0 && block.descriptors.length === 0) left.push(block);
  }
  if (given.size === 0) return { lock, given: [] };
  const target = left.findIndex((block) => isOurs(block, change) && versionOf(block) === change.to);
  const blocks = left.map((block, index) =>
    index === target ? { ...block, descriptors: [...block.descriptors, ...given] } : block,
  );
  const planted = { descriptors: [...given], body };
  return {
    lock: { ...lock, blocks: target < 0 ? insertSorted(blocks, planted) : blocks },
    given: [...given],
  };
}

function isOurs(block: Block, change: Change): boolean {
  return block.descriptors.some((one) => wantedBy(one).name === change.name);
}

/** Whether a range admits a version; a tag admits whatever it points to. */
export function admits(range: string, version: string): boolean {
  if (range === '') return true;
  if (semver.validRange(range) === null) return /^[\w.-]+$/.test(range);
  return semver.satisfies(version, range, {
    includePrerelease: semver.prerelease(version) !== null,
  });
}
