import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { rememberList } from '../features/back.tsx';
import { FilterBar } from '../features/findings/filter-bar.tsx';
import { FindingGroups, FindingList } from '../features/findings/finding-list.tsx';
import type { FindingsSearch } from '../features/findings/search.ts';
import { ButtonLink } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';
import { PartLink } from '../ui/part-link.tsx';

const route = getRouteApi('/shell/findings');

/** What is vulnerable, riskiest first, or by what would end it. */
export function Findings() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useEffect(() => rememberList('/findings', search), [search]);
  const change = (part: FindingsSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const clear = (): void =>
    void navigate({ search: ({ view, sort }) => ({ view, sort }), replace: true });
  const grouped = search.view === 'groups';
  return (
    <Page
      title="Findings"
      wide
      actions={
        <>
          <ButtonLink to="/exceptions" look="quiet" icon="clock">
            Exceptions
          </ButtonLink>
          <div className="segments" role="group" aria-label="Show">
            <PartLink
              from="/findings"
              to="/findings"
              search={(before) => ({ ...before, view: undefined })}
              active={!grouped}
            >
              One by one
            </PartLink>
            <PartLink
              from="/findings"
              to="/findings"
              search={(before) => ({ ...before, view: 'groups' })}
              active={grouped}
            >
              By remedy
            </PartLink>
          </div>
        </>
      }
    >
      <FilterBar search={search} change={change} clear={clear} />
      {grouped ? (
        <FindingGroups search={search} change={change} clear={clear} />
      ) : (
        <FindingList search={search} change={change} clear={clear} />
      )}
    </Page>
  );
}
