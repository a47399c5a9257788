import type { Measure } from '../platform/metrics.ts';
import { countFindings, countWork } from '../store/metrics-queries.ts';
import { pauseState } from '../store/settings.ts';
import type { ApiDependencies } from './dependencies.ts';

const EXPOSED = new Set(['open', 'in-progress', 'awaiting-approval', 'patched', 'reopened']);
/** Several who collect at once, or one who collects too often, cause one round of questions. */
const KEPT_MS = 5_000;

/** What Prometheus is told of the control plane, asked at most every five seconds. */
export function suturesMetrics(
  dependencies: Pick<ApiDependencies, 'store' | 'openIndex' | 'clock' | 'version'>,
): () => Promise<readonly Measure[]> {
  let kept: { readonly at: number; readonly measures: Promise<readonly Measure[]> } | undefined;
  return () => {
    const now = performance.now();
    if (kept === undefined || now - kept.at > KEPT_MS) {
      const measures = measure(dependencies);
      kept = { at: now, measures };
      measures.catch(() => {
        kept = undefined;
      });
    }
    return kept.measures;
  };
}

async function measure({
  store,
  openIndex,
  clock,
  version,
}: Pick<ApiDependencies, 'store' | 'openIndex' | 'clock' | 'version'>): Promise<
  readonly Measure[]
> {
  const [findings, work, pause] = await Promise.all([
    countFindings(store),
    countWork(store),
    pauseState(store),
  ]);
  const exposed = findings.filter(({ labels }) => EXPOSED.has(labels['state'] ?? ''));
  return [
    gauge('suture_build_info', 'The version that serves this.', [
      { labels: { version }, value: 1 },
    ]),
    gauge('suture_findings', 'Findings by state, band and environment.', findings),
    gauge(
      'suture_findings_exposed',
      'Findings that are still there and not accepted.',
      sumBy(exposed, ['band', 'environment']),
    ),
    gauge('suture_assets', 'Assets that are watched.', [{ value: work.assets }]),
    gauge('suture_changes', 'Changes by state.', work.changes),
    gauge('suture_approvals_waiting', 'Changes that wait for people.', [
      { value: work.approvalsWaiting },
    ]),
    gauge('suture_runs', 'Runs that wait or are under way.', work.runs),
    gauge('suture_queue_age_seconds', 'How long the oldest run waits for a worker.', [
      { value: work.oldestQueuedSeconds },
    ]),
    gauge('suture_decisions', 'Decisions in the log.', [{ value: work.decisions }]),
    gauge('suture_deliveries_pending', 'Notifications not yet delivered.', work.deliveries),
    gauge('suture_workers', 'Workers by state.', work.workers),
    gauge('suture_users', 'People by role.', work.users),
    gauge('suture_paused', '1 while everything is paused.', [{ value: pause.paused ? 1 : 0 }]),
    ...(work.lastSyncSeconds === undefined
      ? []
      : [
          gauge('suture_last_sync_age_seconds', 'Since the last sync of the feeds that worked.', [
            { value: work.lastSyncSeconds },
          ]),
        ]),
    ...(await feedMeasures(openIndex, clock.now())),
  ];
}

async function feedMeasures(
  openIndex: ApiDependencies['openIndex'],
  now: Date,
): Promise<readonly Measure[]> {
  try {
    const index = openIndex();
    const feeds = index.feeds();
    await index.close();
    const age = (time: string) => Math.max(0, (now.getTime() - Date.parse(time)) / 1000);
    return [
      gauge(
        'suture_feed_age_seconds',
        'Since a feed’s own date.',
        feeds
          .filter(({ asOf }) => !Number.isNaN(Date.parse(asOf)))
          .map(({ name, asOf }) => ({ labels: { feed: name }, value: age(asOf) })),
      ),
      gauge(
        'suture_feed_records',
        'Records of a feed.',
        feeds.map(({ name, records }) => ({ labels: { feed: name }, value: records })),
      ),
    ];
  } catch {
    // Before the first sync there is nothing to tell; /readyz says so.
    return [];
  }
}

type Samples = Measure['samples'];

function gauge(name: string, help: string, samples: Samples): Measure {
  const labels = [...new Set(samples.flatMap((sample) => Object.keys(sample.labels ?? {})))];
  return { name, help, labels, samples };
}

function sumBy(samples: Samples, names: readonly string[]): Samples {
  const groups = Map.groupBy(samples, ({ labels }) =>
    names.map((name) => labels?.[name]).join(' '),
  );
  return [...groups.values()].map((group) => ({
    labels: Object.fromEntries(names.map((name) => [name, group[0]?.labels?.[name] ?? ''])),
    value: group.reduce((sum, { value }) => sum + value, 0),
  }));
}
