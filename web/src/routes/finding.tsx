import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { BackTo } from '../features/back.tsx';
import { FindingActions } from '../features/findings/actions.tsx';
import { CallSites, Paths } from '../features/findings/call-sites.tsx';
import { ExceptionsOf } from '../features/findings/exceptions.tsx';
import { Explanation } from '../features/findings/explanation.tsx';
import { Deadlines, Standing, Threat } from '../features/findings/facts.tsx';
import { History } from '../features/findings/history.tsx';
import { findingQuery } from '../features/findings/queries.ts';
import { Page } from '../ui/page.tsx';
import { LoadFailed } from '../ui/problem.tsx';
import { Loading } from '../ui/skeleton.tsx';
import { BandTag } from '../ui/tag.tsx';

const route = getRouteApi('/shell/findings/$findingId');

/** One finding, explained. */
export function FindingPage() {
  const { findingId } = route.useParams();
  const { data: finding, error, refetch } = useQuery(findingQuery(findingId));
  const title = finding === undefined ? 'Finding' : `${finding.package} ${finding.version}`;
  return (
    <Page
      title={title}
      back={<BackTo path="/findings" label="Findings" />}
      below={finding !== undefined && <p className="soft wrap-anywhere">{finding.summary}</p>}
      heading={
        finding !== undefined && (
          <span className="row">
            {title} <BandTag band={finding.band} score={finding.score} />
          </span>
        )
      }
      actions={finding !== undefined && <FindingActions finding={finding} />}
    >
      {finding === undefined && error !== null && (
        <LoadFailed error={error} again={() => void refetch()} />
      )}
      {finding === undefined && error === null && <Loading what="the finding" />}
      {finding !== undefined && (
        <div className="detail">
          <div className="stack">
            <Explanation finding={finding} />
            <CallSites finding={finding} />
            <Paths finding={finding} />
            <ExceptionsOf findingId={finding.id} />
            <History findingId={finding.id} />
          </div>
          <div className="stack">
            <Standing finding={finding} />
            <Deadlines finding={finding} />
            <Threat finding={finding} />
          </div>
        </div>
      )}
    </Page>
  );
}
