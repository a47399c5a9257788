import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { runQuery } from '../features/assets/queries.ts';
import { RunLine } from '../features/assets/runs.tsx';
import { BackTo } from '../features/back.tsx';
import { sentence } from '../ui/format.ts';
import { Card, Page } from '../ui/page.tsx';
import { LoadFailed } from '../ui/problem.tsx';
import { Loading } from '../ui/skeleton.tsx';

const route = getRouteApi('/shell/runs/$runId');

/** One run; where notifications lead when one failed. */
export function RunPage() {
  const { runId } = route.useParams();
  const { data: run, error, refetch } = useQuery(runQuery(runId));
  return (
    <Page
      title={run === undefined ? 'Run' : sentence(run.kind)}
      back={<BackTo path="/assets" label="Assets" />}
      below={
        run !== undefined &&
        run.asset !== null && (
          <Link to="/assets/$assetId" params={{ assetId: run.asset.id }} search={{ tab: 'runs' }}>
            {run.asset.name}
          </Link>
        )
      }
    >
      {run === undefined && error !== null && (
        <LoadFailed error={error} again={() => void refetch()} />
      )}
      {run === undefined && error === null && <Loading what="the run" />}
      {run !== undefined && (
        <Card title="What happened">
          <ol className="timeline">
            <RunLine run={run} />
          </ol>
        </Card>
      )}
    </Page>
  );
}
