import { usePaged } from '../../api/use-paged.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { formatCount } from '../../ui/format.ts';
import { InlineSelect } from '../../ui/inline-select.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { FINDING_COLUMNS, GROUP_COLUMNS } from './columns.tsx';
import { isFiltered } from './filter-bar.tsx';
import { findingsQuery, groupsQuery } from './queries.ts';
import { type FindingsSearch, SORTS } from './search.ts';

const SORT_WORDS = {
  score: 'Riskiest first',
  due: 'By deadline',
  'first-seen': 'Newest first',
  package: 'By package',
} as const;

function NoFindings({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  return filtered ? (
    <Empty icon="search" title="No findings match">
      <p className="soft">Something else may: take a filter away, or all of them.</p>
      <Button onClick={clear}>Clear filters</Button>
    </Empty>
  ) : (
    <Empty icon="shield" title="No open findings">
      <p className="soft">
        Nothing that is watched has a known vulnerability that is still open. Feeds are synced and
        assets scanned on their schedule.
      </p>
    </Empty>
  );
}

interface ListProps {
  readonly search: FindingsSearch;
  readonly change: (part: FindingsSearch) => void;
  readonly clear: () => void;
}

/** Findings one by one. */
export function FindingList({ search, change, clear }: ListProps) {
  const paged = usePaged(findingsQuery(search));
  const total = paged.first?.total;
  return (
    <div className="stack" style={{ '--gap': '0.75rem' }}>
      <div className="results">
        <span role="status">
          {total === undefined ? 'Counting…' : `${formatCount(total)} findings`}
        </span>
        <span className="push">
          <InlineSelect
            label="Order"
            value={search.sort ?? 'score'}
            options={SORTS.map((value) => ({ value, label: SORT_WORDS[value] }))}
            change={(value) =>
              change({ sort: SORTS.find((sort) => sort === value && sort !== 'score') })
            }
          />
        </span>
      </div>
      <PagedTable
        label="Findings"
        paged={paged}
        columns={FINDING_COLUMNS}
        keyOf={({ id }) => id}
        total={total}
        empty={<NoFindings filtered={isFiltered(search)} clear={clear} />}
      />
    </div>
  );
}

/** Findings together with what one remedy would close. */
export function FindingGroups({ search, clear }: ListProps) {
  const paged = usePaged(groupsQuery(search));
  return (
    <PagedTable
      label="Remedies"
      paged={paged}
      columns={GROUP_COLUMNS}
      keyOf={({ group }) => group}
      empty={<NoFindings filtered={isFiltered(search)} clear={clear} />}
    />
  );
}
