import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { BackTo } from '../features/back.tsx';
import { decisionTitle } from '../features/decisions/columns.tsx';
import { Feedback } from '../features/decisions/feedback.tsx';
import { decisionQuery } from '../features/decisions/queries.ts';
import { Inputs, Provenance, Reasons } from '../features/decisions/reasons.tsx';
import { Page } from '../ui/page.tsx';
import { LoadFailed } from '../ui/problem.tsx';
import { Loading } from '../ui/skeleton.tsx';
import { Time } from '../ui/time.tsx';

const route = getRouteApi('/shell/decisions/$seq');

/** One decision, with everything it was made from. */
export function DecisionPage() {
  const { seq } = route.useParams();
  const { data: decision, error, refetch } = useQuery(decisionQuery(Number(seq)));
  return (
    <Page
      title={decision === undefined ? `Decision ${seq}` : decisionTitle(decision)}
      back={<BackTo path="/decisions" label="Decisions" />}
      below={
        decision !== undefined && (
          <span className="soft">
            Decision {decision.seq}, <Time at={decision.at} />
          </span>
        )
      }
    >
      {decision === undefined && error !== null && (
        <LoadFailed error={error} again={() => void refetch()} />
      )}
      {decision === undefined && error === null && <Loading what="the decision" />}
      {decision !== undefined && (
        <div className="detail">
          <div className="stack">
            <Reasons decision={decision} />
            <Inputs decision={decision} />
            <Feedback decision={decision} />
          </div>
          <div className="stack">
            <Provenance decision={decision} />
          </div>
        </div>
      )}
    </Page>
  );
}
