import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Deadlines } from '../features/overview/deadlines.tsx';
import { Exposure } from '../features/overview/exposure.tsx';
import { Figures } from '../features/overview/figures.tsx';
import { FirstSteps } from '../features/overview/first-steps.tsx';
import { NeedsYou } from '../features/overview/needs-you.tsx';
// oxlint-disable-next-line import/no-unassigned-import -- styles are their own effect
import '../features/overview/overview.css';
import { overviewQuery } from '../features/overview/queries.ts';
import { Riskiest } from '../features/overview/riskiest.tsx';
import { RANGES } from '../features/overview/search.ts';
import { TimeToPatch } from '../features/overview/time-to-patch.tsx';
import { ENVIRONMENTS } from '../features/words.ts';
import { sentence } from '../ui/format.ts';
import { InlineSelect } from '../ui/inline-select.tsx';
import { Page } from '../ui/page.tsx';
import { LoadFailed } from '../ui/problem.tsx';
import { Loading } from '../ui/skeleton.tsx';

const route = getRouteApi('/shell/');

/** How things stand, what needs whoever looks, and whether it gets better. */
export function Overview() {
  const { days = 90, environment } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(overviewQuery(days, environment));
  return (
    <Page
      title="Overview"
      actions={
        <>
          <InlineSelect
            label="Environment"
            value={environment ?? ''}
            options={[
              { value: '', label: 'All environments' },
              ...ENVIRONMENTS.map((value) => ({ value, label: sentence(value) })),
            ]}
            change={(value) =>
              void navigate({
                search: (before) => ({
                  ...before,
                  environment: ENVIRONMENTS.find((known) => known === value),
                }),
                replace: true,
              })
            }
          />
          <InlineSelect
            label="Time"
            value={String(days)}
            options={RANGES.map((value) => ({ value: String(value), label: `${value} days` }))}
            change={(value) =>
              void navigate({
                search: (before) => ({
                  ...before,
                  days: RANGES.find((known) => known === Number(value)),
                }),
                replace: true,
              })
            }
          />
        </>
      }
    >
      {data === undefined && error !== null && (
        <LoadFailed error={error} again={() => void refetch()} />
      )}
      {data === undefined && error === null && <Loading what="the overview" />}
      {data !== undefined && data.now.assets === 0 && <FirstSteps />}
      {data !== undefined && data.now.assets > 0 && (
        <>
          <Figures now={data.now} environment={environment} />
          <div className="overview">
            <div className="stack">
              <NeedsYou items={data.needsYou} />
              <Exposure days={data.exposure} />
              <TimeToPatch figures={data.timeToPatch} />
            </div>
            <div className="stack">
              <Deadlines deadlines={data.deadlines} />
              <Riskiest assets={data.riskiest} />
            </div>
          </div>
        </>
      )}
    </Page>
  );
}
