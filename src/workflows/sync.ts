import { mkdir } from 'node:fs/promises';
import type { Unit } from '../advisories/apply-units.ts';
import { buildIndex, currentState } from '../advisories/build.ts';
import { folderOffers } from '../advisories/folder-source.ts';
import { httpOffers } from '../advisories/http-source.ts';
import {
  currentGeneration,
  layoutOf,
  readChecked,
  removeLitter,
  writeChecked,
} from '../advisories/layout.ts';
import { acquireLock } from '../advisories/lock.ts';
import type { Offer } from '../advisories/offer.ts';
import { feedAgeDays } from '../advisories/staleness.ts';
import { feedStates, type UnitState } from '../advisories/state.ts';
import { UnitProblems } from '../advisories/unit-problems.ts';
import { SutureError } from '../domain/error.ts';
import type { Problem } from '../domain/problem.ts';
import type { FeedState } from '../domain/report.ts';
import type { Feed } from '../ports/feed.ts';

/** How long a second sync waits for the first: a full one takes a minute or two. */
const WAIT_MS = 5 * 60_000;
const PARALLEL_DOWNLOADS = 4;

/** What a sync is doing, for a progress bar. */
export type SyncProgress =
  | { readonly phase: 'waiting'; readonly pid: number }
  | {
      readonly phase: 'fetching';
      readonly unit: string;
      /** Bytes. */
      readonly done: number;
      readonly total?: number;
    }
  /** `done` counts records. */
  | { readonly phase: 'indexing'; readonly unit: string; readonly done: number }
  | { readonly phase: 'done' };

export interface SyncRequest {
  /** `$SUTURE_HOME`. */
  readonly home: string;
  /** Folder or http(s) address of a mirror; absent: the feeds' public addresses. */
  readonly from?: string;
  /** OSV names. A folder or a mirror with a manifest is taken whole. */
  readonly ecosystems: readonly string[];
  readonly feeds: readonly Feed[];
  readonly progress: (event: SyncProgress) => void;
  readonly now: Date;
  /** How long to wait for another sync, in milliseconds. */
  readonly waitMs?: number;
}

interface SyncedUnit {
  /** `osv/npm/all.zip` */
  readonly name: string;
  readonly feed: string;
  readonly outcome: 'updated' | 'unchanged' | 'failed' | 'removed';
}

export interface SyncReport {
  readonly feeds: readonly FeedState[];
  readonly units: readonly SyncedUnit[];
  /** Records, over all feeds. */
  readonly changes: { readonly added: number; readonly changed: number; readonly removed: number };
  /** `error`: a file whose old data stays in use; `warning`: single records that were left out. */
  readonly problems: readonly Problem[];
}

/**
 * Brings the local advisory index up to date with its source. Afterwards it holds exactly what the
 * source has for every feed the source offers; a feed it does not offer at all keeps its data. So
 * does a feed of which a file could not be fetched or read, apart from the files that could.
 *
 * @throws SutureError when nothing could be had and there was no index before (`sync-failed`), when
 *   another sync runs on (`sync-busy`), when the disk is full (`disk-full`), or when `from` is no
 *   folder or mirror (`from-missing`, `from-empty`, `from-manifest`).
 */
export async function sync(request: SyncRequest): Promise<SyncReport> {
  const { home, progress } = request;
  const layout = layoutOf(home);
  await mkdir(layout.root, { recursive: true });
  await using _lock = await acquireLock(layout.lock, {
    waitMs: request.waitMs ?? WAIT_MS,
    onWait: (pid) => progress({ phase: 'waiting', pid }),
  });
  await removeLitter(layout);
  try {
    const state = await currentState(home);
    const known = new Map(state.units.map((unit) => [unit.name, unit]));
    const problems = new UnitProblems();
    const offers = await offersOf(request, layout.incoming);
    const fetched = await fetchAll(offers, known, problems, request);

    // What a source lacks goes, unless the feed is not its business, or part of it could not be had:
    // `osv/npm/all.zip` may be what replaces `osv/npm/*.json`.
    const replaced = new Set(offers.map((offer) => offer.feed.id));
    for (const { name, feed } of offers) if (problems.hasFailed(name)) replaced.delete(feed.id);
    const missing = new Set(fetched.missing);
    const wanted = new Set(offers.map((offer) => offer.name).filter((name) => !missing.has(name)));
    const remove = state.units
      .filter((unit) => replaced.has(unit.feed) && !wanted.has(unit.name))
      .map((unit) => unit.name);
    const built = await buildIndex({
      home,
      delta: { apply: fetched.units, remove },
      progress: (unit, done) => progress({ phase: 'indexing', unit, done }),
    });
    for (const [unit, cause] of built.failures) problems.failed(unit, cause);
    if (currentGeneration(layout) === undefined) throw nothingHad(problems.reasons());

    const after = await currentState(home);
    await writeChecked(layout, checkedTimes(after.units, fetched.unchanged, request));
    progress({ phase: 'done' });
    return {
      feeds: feedStates(after.units, readChecked(layout)),
      units: [
        ...offers
          .filter((offer) => wanted.has(offer.name))
          .map((offer) => ({
            name: offer.name,
            feed: offer.feed.id,
            outcome: fetched.unchanged.has(offer.name)
              ? ('unchanged' as const)
              : problems.hasFailed(offer.name)
                ? ('failed' as const)
                : ('updated' as const),
          })),
        ...state.units
          .filter((unit) => !after.units.some(({ name }) => name === unit.name))
          .map(({ name, feed }) => ({ name, feed, outcome: 'removed' as const })),
      ],
      changes: built.changes,
      problems: problems.list(),
    };
  } finally {
    await removeLitter(layout);
  }
}

/** Every feed in the index with its age in days, for `suture sync --status`; empty before the first. */
export async function syncStatus(
  home: string,
  now: Date,
): Promise<readonly (FeedState & { readonly ageDays: number })[]> {
  const { units } = await currentState(home);
  return feedStates(units, readChecked(layoutOf(home))).map((feed) => ({
    ...feed,
    ageDays: feedAgeDays(feed, now),
  }));
}

async function offersOf(request: SyncRequest, incoming: string): Promise<readonly Offer[]> {
  const { from, feeds, ecosystems } = request;
  const offers =
    from !== undefined && !/^https?:\/\//i.test(from)
      ? await folderOffers(from, feeds)
      : await httpOffers({
          feeds,
          ecosystems,
          incoming,
          ...(from === undefined ? {} : { base: from }),
        });
  return offers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function fetchAll(
  offers: readonly Offer[],
  known: ReadonlyMap<string, UnitState>,
  problems: UnitProblems,
  { progress, now }: SyncRequest,
): Promise<{ units: Unit[]; unchanged: Set<string>; missing: string[] }> {
  const units: Unit[] = [];
  const unchanged = new Set<string>();
  const missing: string[] = [];
  const queue = [...offers];
  const worker = async () => {
    for (let offer = queue.shift(); offer !== undefined; offer = queue.shift()) {
      const { name, feed, source } = offer;
      try {
        const got = await offer.fetch(known.get(name), (done, total) =>
          progress({
            phase: 'fetching',
            unit: name,
            done,
            ...(total === undefined ? {} : { total }),
          }),
        );
        if (got.status === 'unchanged') unchanged.add(name);
        else if (got.status === 'missing') missing.push(name);
        else {
          const { status: _, inputs, ...validators } = got;
          units.push({
            name,
            feed: feed.id,
            source,
            syncedAt: now.toISOString(),
            ...validators,
            async *read() {
              problems.forgetRecords(name);
              for (const input of inputs) {
                yield* feed.read(input, (message) => problems.record(name, message));
              }
            },
          });
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw diskFull(error);
        problems.failed(name, error);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_DOWNLOADS }, worker));
  units.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { units, unchanged, missing };
}

/** Times of units that are in the index: those found unchanged now, and earlier times of others. */
function checkedTimes(
  units: readonly UnitState[],
  unchanged: ReadonlySet<string>,
  { home, now }: SyncRequest,
): Record<string, string> {
  const before = readChecked(layoutOf(home));
  return Object.fromEntries(
    units.flatMap((unit): [string, string][] => {
      const time = unchanged.has(unit.name) ? now.toISOString() : before[unit.name];
      return time === undefined ? [] : [[unit.name, time]];
    }),
  );
}

function nothingHad(reasons: readonly string[]): SutureError {
  return new SutureError('sync-failed', `no feed could be had.\n${reasons.join('\n')}`, {
    remedy:
      'Check the network and, behind a proxy, HTTPS_PROXY; or use `suture sync --from DIR` with a folder of feeds.',
  });
}

function diskFull(cause: unknown): SutureError {
  return new SutureError('disk-full', 'no room for the downloads', {
    remedy: 'Free some space, or set SUTURE_HOME to another disk; the old index stays in use.',
    cause,
  });
}
