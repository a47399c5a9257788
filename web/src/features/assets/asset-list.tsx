import { Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { usePaged } from '../../api/use-paged.ts';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/copy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { formatCount } from '../../ui/format.ts';
import { InlineSelect } from '../../ui/inline-select.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { isFiltered } from './asset-filters.tsx';
import { ASSET_COLUMNS } from './columns.tsx';
import { assetsQuery } from './queries.ts';
import { ASSET_SORTS, type AssetsSearch } from './search.ts';

const SORT_WORDS = {
  risk: 'Riskiest first',
  name: 'By name',
  scanned: 'Longest not scanned',
} as const;

interface ListProps {
  readonly search: AssetsSearch;
  readonly change: (part: AssetsSearch) => void;
  readonly clear: () => void;
}

function NoAssets({ search, change, clear }: ListProps) {
  const may = useMay('operate');
  if (isFiltered(search)) {
    return (
      <Empty icon="search" title="No assets match">
        <Button onClick={clear}>Clear filters</Button>
      </Empty>
    );
  }
  return (
    <Empty icon="asset" title="Nothing is watched yet">
      <p className="soft">Register a repository here, or from a shell:</p>
      <Command text="suture asset add https://git.example.com/shop.git" />
      {may && (
        <Button look="primary" icon="plus" onClick={() => change({ register: 'repository' })}>
          Register a repository
        </Button>
      )}
    </Empty>
  );
}

/** What is watched, riskiest first. */
export function AssetList({ search, change, clear }: ListProps) {
  const paged = usePaged(assetsQuery(search));
  const total = paged.first?.total;
  return (
    <div className="stack" style={{ '--gap': '0.75rem' }}>
      <div className="results">
        <span role="status">
          {total === undefined ? 'Counting…' : `${formatCount(total)} assets`}
        </span>
        {search.archived === undefined && (
          <Link
            from="/assets"
            to="/assets"
            search={(before) => ({ ...before, archived: 'true' as const })}
            className="small"
          >
            Archived ones
          </Link>
        )}
        <span className="push">
          <InlineSelect
            label="Order"
            value={search.sort ?? 'risk'}
            options={ASSET_SORTS.map((value) => ({ value, label: SORT_WORDS[value] }))}
            change={(value) =>
              change({ sort: ASSET_SORTS.find((sort) => sort === value && sort !== 'risk') })
            }
          />
        </span>
      </div>
      <PagedTable
        label="Assets"
        paged={paged}
        columns={ASSET_COLUMNS}
        keyOf={({ id }) => id}
        total={total}
        empty={<NoAssets search={search} change={change} clear={clear} />}
      />
    </div>
  );
}
