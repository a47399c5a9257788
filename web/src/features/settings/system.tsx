import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/types.ts';
import { formatBytes } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { LoadFailed } from '../../ui/problem.tsx';
import { Loading } from '../../ui/skeleton.tsx';
import { Feeds } from './feeds.tsx';
import { PauseCard } from './pause-card.tsx';
import { systemQuery } from './queries.ts';
import { SyncCard } from './sync-card.tsx';
import { Workers } from './workers.tsx';

function About({ system }: { system: Schemas['System'] }) {
  const { version, database, signingKeyId, pushHookConfigured } = system;
  return (
    <Card title="About">
      <dl className="facts">
        <dt>Suture</dt>
        <dd>{version}</dd>
        <dt>Database</dt>
        <dd>
          PostgreSQL {database.version}, {database.kind}{' '}
          <span className="soft">{formatBytes(database.bytes)}</span>
        </dd>
        <dt>Signing key</dt>
        <dd>
          <code>{signingKeyId}</code>
        </dd>
        <dt>Push hooks</dt>
        <dd>
          {pushHookConfigured ? 'have a secret' : <span className="soft">have no secret yet</span>}
        </dd>
        <dt>API</dt>
        <dd>
          <a href="/reference">Reference</a>
        </dd>
      </dl>
    </Card>
  );
}

/** Whether the machinery runs: workers, feeds, database, and the switch that stops it all. */
export function System() {
  const { data: system, error, refetch } = useQuery(systemQuery);
  return (
    <div className="detail">
      <div className="stack">
        {system === undefined && error !== null && (
          <LoadFailed error={error} again={() => void refetch()} />
        )}
        {system === undefined && error === null && <Loading what="the status" />}
        {system !== undefined && (
          <>
            <Workers workers={system.workers} />
            <Feeds feeds={system.feeds} />
            <About system={system} />
          </>
        )}
      </div>
      <div className="stack first-when-narrow">
        <PauseCard />
        {system !== undefined && <SyncCard sync={system.lastSync} />}
      </div>
    </div>
  );
}
