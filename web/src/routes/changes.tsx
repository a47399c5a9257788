import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { usePaged } from '../api/use-paged.ts';
import { rememberList } from '../features/back.tsx';
import { CHANGE_COLUMNS } from '../features/changes/columns.tsx';
import { changesQuery, needsMeQuery } from '../features/changes/queries.ts';
import { type ChangesSearch, changesSearch } from '../features/changes/search.ts';
import { CHANGE_STATES } from '../features/words.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Empty } from '../ui/empty.tsx';
import { FacetMenu } from '../ui/facet-menu.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { PartLink } from '../ui/part-link.tsx';

const route = getRouteApi('/shell/changes');

function NoChanges({ search, clear }: { search: ChangesSearch; clear: () => void }) {
  if (search.needsMe === 'true') {
    return (
      <Empty title="Nothing waits for you">
        <Button onClick={clear}>Show all changes</Button>
      </Empty>
    );
  }
  const filtered = Object.values(changesSearch(search)).some((value) => value !== undefined);
  return filtered ? (
    <Empty icon="search" title="No changes match">
      <Button onClick={clear}>Clear filters</Button>
    </Empty>
  ) : (
    <Empty icon="change" title="No changes yet">
      <p className="soft">
        When a scan finds something that can be closed, its proven patch appears here.
      </p>
    </Empty>
  );
}

/** What is to be changed, was, and what of it needs whoever looks. */
export function Changes() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useEffect(() => rememberList('/changes', search), [search]);
  const paged = usePaged(changesQuery(search));
  const { data: waiting } = useQuery(needsMeQuery);
  const change = (part: ChangesSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const clear = (): void => void navigate({ search: {}, replace: true });
  return (
    <Page title="Changes" wide>
      <div className="filters" role="search" aria-label="Changes">
        <div className="segments" role="group" aria-label="Show">
          <PartLink
            from="/changes"
            to="/changes"
            search={(before) => ({ ...before, needsMe: undefined })}
            active={search.needsMe === undefined}
          >
            All
          </PartLink>
          <PartLink
            from="/changes"
            to="/changes"
            search={(before) => ({ ...before, needsMe: 'true' as const })}
            active={search.needsMe === 'true'}
          >
            Needs you
            <span className="count">
              {waiting?.count}
              {waiting?.more === true && '+'}
            </span>
          </PartLink>
        </div>
        <FacetMenu
          label="State"
          words={CHANGE_STATES}
          chosen={search.state}
          change={(state) => change({ state })}
        />
        {search.asset !== undefined && (
          <Chip label={`Asset: ${search.asset}`} remove={() => change({ asset: undefined })} />
        )}
        {search.finding !== undefined && (
          <Chip label="Of one finding" remove={() => change({ finding: undefined })} />
        )}
      </div>
      <PagedTable
        label="Changes"
        paged={paged}
        columns={CHANGE_COLUMNS}
        keyOf={({ id }) => id}
        empty={<NoChanges search={search} clear={clear} />}
      />
    </Page>
  );
}
