import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { usePaged } from '../api/use-paged.ts';
import { rememberList } from '../features/back.tsx';
import { DECISION_COLUMNS } from '../features/decisions/columns.tsx';
import { DecisionFilters } from '../features/decisions/filters.tsx';
import { decisionsQuery } from '../features/decisions/queries.ts';
import { type DecisionsSearch, decisionsSearch } from '../features/decisions/search.ts';
import { ExportLog, VerifyChain } from '../features/decisions/verify.tsx';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';

const route = getRouteApi('/shell/decisions');

/** Everything that was decided, by policy, model or person, newest first. */
export function Decisions() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useEffect(() => rememberList('/decisions', search), [search]);
  const paged = usePaged(decisionsQuery(search));
  const change = (part: DecisionsSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const clear = (): void => void navigate({ search: {}, replace: true });
  const filtered = Object.values(decisionsSearch(search)).some((value) => value !== undefined);
  return (
    <Page
      title="Decisions"
      wide
      actions={
        <>
          <ExportLog />
          <VerifyChain />
        </>
      }
    >
      <DecisionFilters search={search} change={change} clear={clear} />
      <PagedTable
        label="Decisions"
        paged={paged}
        columns={DECISION_COLUMNS}
        keyOf={({ seq }) => String(seq)}
        empty={
          filtered ? (
            <Empty icon="search" title="No decisions match">
              <Button onClick={clear}>Clear filters</Button>
            </Empty>
          ) : (
            <Empty icon="decision" title="Nothing has been decided yet">
              <p className="soft">
                What policy, models and people decide is written down here, and cannot be changed.
              </p>
            </Empty>
          )
        }
      />
    </Page>
  );
}
