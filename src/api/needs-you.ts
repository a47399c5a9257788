import type { Principal } from '../domain/access.ts';
import { listChanges } from '../store/change-queries.ts';
import { lastSync } from '../store/feed-syncs.ts';
import { exceptionsToDecide, failedRuns, policiesToReview } from '../store/needs-you.ts';
import { assetCounts } from '../store/overview.ts';
import { lookerOf } from './change-view.ts';
import type { ApiDependencies } from './dependencies.ts';

interface NeedsYou {
  readonly kind: 'approval' | 'exception' | 'policy-review' | 'failed-run' | 'first-steps';
  readonly title: string;
  readonly detail: string;
  readonly link: string;
  readonly since: string | null;
  readonly urgent: boolean;
}

/** Of each kind; the lists themselves have the rest. */
const MOST = 10;
/** What is due so soon is urgent. */
const SOON_MS = 3 * 86_400_000;

/** What waits for this very person, by what they may do; most urgent first. */
export async function needsYou(
  dependencies: ApiDependencies,
  asker: Principal,
): Promise<readonly NeedsYou[]> {
  const may = (permission: Principal['permissions'][number]) =>
    asker.permissions.includes(permission);
  const [approvals, exceptions, reviews, failed, steps] = await Promise.all([
    may('approve') ? approvalsFor(dependencies, asker) : [],
    may('approve') ? exceptionsFor(dependencies, asker) : [],
    may('approve') ? reviewsFor(dependencies, asker) : [],
    may('operate') ? failures(dependencies) : [],
    may('operate') ? firstSteps(dependencies) : [],
  ]);
  return [...steps, ...approvals, ...exceptions, ...reviews, ...failed].toSorted(
    (a, b) => Number(b.urgent) - Number(a.urgent),
  );
}

async function approvalsFor(
  { store, clock }: ApiDependencies,
  asker: Principal,
): Promise<readonly NeedsYou[]> {
  const filter = { states: ['awaiting-approval'], needsMe: true } as const;
  const changes = await listChanges(store, filter, lookerOf(asker), { limit: MOST });
  return changes.slice(0, MOST).map((change) => ({
    kind: 'approval',
    title: `${change.asset.name}: ${change.title}`,
    detail: [
      `Closes ${change.closes} ${change.closes === 1 ? 'finding' : 'findings'}`,
      `confidence ${Math.round(change.confidence * 100)} %`,
      ...(change.due === null ? [] : [`due ${change.due}`]),
    ].join(', '),
    link: `/changes/${change.id}`,
    since: change.stateSince,
    urgent: change.due !== null && Date.parse(change.due) - clock.now().getTime() < SOON_MS,
  }));
}

async function exceptionsFor(
  { store }: ApiDependencies,
  asker: Principal,
): Promise<readonly NeedsYou[]> {
  const items = await exceptionsToDecide(store, asker.userId, MOST);
  return items.map(({ title, since, findingId }) => ({
    kind: 'exception',
    title: 'An exception waits for your word',
    detail: title,
    link: findingId === null ? '/exceptions?state=requested' : `/findings/${findingId}`,
    since,
    urgent: false,
  }));
}

async function reviewsFor(
  { store }: ApiDependencies,
  asker: Principal,
): Promise<readonly NeedsYou[]> {
  const items = await policiesToReview(store, asker.userId, MOST);
  return items.map(({ id, title, since }) => ({
    kind: 'policy-review',
    title: `Version ${id} of the policy waits for a review`,
    detail: title,
    link: `/policy?version=${id}`,
    since,
    urgent: false,
  }));
}

async function failures({ store }: ApiDependencies): Promise<readonly NeedsYou[]> {
  const items = await failedRuns(store, MOST);
  return items.map(({ title, since, assetId, error }) => ({
    kind: 'failed-run',
    title: `${title}: a run failed`,
    detail: error.slice(0, 300),
    link: `/assets/${assetId}`,
    since,
    urgent: false,
  }));
}

async function firstSteps({ store }: ApiDependencies): Promise<readonly NeedsYou[]> {
  const step = (title: string, detail: string, link: string): NeedsYou => ({
    kind: 'first-steps',
    title,
    detail,
    link,
    since: null,
    urgent: false,
  });
  const [{ assets }, sync] = await Promise.all([assetCounts(store), lastSync(store)]);
  return [
    ...(sync === undefined
      ? [step('Read the feeds', 'Without advisories nothing can be found.', '/settings')]
      : []),
    ...(assets === 0
      ? [step('Register a repository', 'It is scanned at once, and then watched.', '/assets')]
      : []),
  ];
}
