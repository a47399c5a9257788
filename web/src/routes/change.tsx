import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { BackTo } from '../features/back.tsx';
import { ApprovalCard } from '../features/changes/approval.tsx';
import { PolicyDecision, SignedEvidence, Standing } from '../features/changes/aside.tsx';
// oxlint-disable-next-line import/no-unassigned-import -- styles are their own effect
import '../features/changes/change.css';
import { Confidence } from '../features/changes/confidence.tsx';
import { Diff } from '../features/changes/diff.tsx';
import { Evidence } from '../features/changes/evidence.tsx';
import { Outcomes } from '../features/changes/outcomes.tsx';
import { Override } from '../features/changes/override.tsx';
import { changeQuery } from '../features/changes/queries.ts';
import { ClosedFindings, Remedies } from '../features/changes/remedies.tsx';
import { Card, Page } from '../ui/page.tsx';
import { LoadFailed } from '../ui/problem.tsx';
import { Loading } from '../ui/skeleton.tsx';
import { ChangeStateTag } from '../ui/tag.tsx';
import { Time } from '../ui/time.tsx';

const route = getRouteApi('/shell/changes/$changeId');

/** One change: what, why, its proof, and who says what of it. */
export function ChangePage() {
  const { changeId } = route.useParams();
  const { data: change, error, refetch } = useQuery(changeQuery(changeId));
  return (
    <Page
      title={change?.title ?? 'Change'}
      back={<BackTo path="/changes" label="Changes" />}
      below={
        change !== undefined && (
          <span className="row">
            <ChangeStateTag state={change.state} />
            <Time at={change.stateSince} className="faint small" />
          </span>
        )
      }
      actions={change !== undefined && <Override change={change} />}
    >
      {change === undefined && error !== null && (
        <LoadFailed error={error} again={() => void refetch()} />
      )}
      {change === undefined && error === null && <Loading what="the change" />}
      {change !== undefined && (
        <div className="detail">
          <div className="stack">
            <Remedies change={change} />
            <Evidence verification={change.verification} />
            <Diff changeId={change.id} />
            <ClosedFindings findings={change.findings} />
          </div>
          <div className="stack first-when-narrow">
            <ApprovalCard change={change} />
            <Confidence confidence={change.confidenceDetail} />
            {change.decision !== null && <PolicyDecision decision={change.decision} />}
            <Standing change={change} />
            <Card title="The way back">
              <p className="prose soft">{change.wayBack}</p>
            </Card>
            <SignedEvidence change={change} />
            <Outcomes change={change} />
          </div>
        </div>
      )}
    </Page>
  );
}
