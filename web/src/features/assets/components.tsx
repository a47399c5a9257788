import { usePaged } from '../../api/use-paged.ts';
import { Empty } from '../../ui/empty.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { COMPONENT_COLUMNS } from './columns.tsx';
import { componentsQuery } from './queries.ts';

/** What is installed on it. */
export function Components({
  assetId,
  text,
  search,
}: {
  assetId: string;
  text: string | undefined;
  search: (text: string | undefined) => void;
}) {
  const paged = usePaged(componentsQuery(assetId, text));
  return (
    <div className="stack" style={{ '--gap': '0.75rem' }}>
      <SearchBox
        label="Name of a component"
        value={text ?? ''}
        change={(next) => search(next.trim() === '' ? undefined : next.trim())}
      />
      <PagedTable
        label="Components"
        paged={paged}
        columns={COMPONENT_COLUMNS}
        keyOf={({ purl, scope }) => `${purl} ${scope}`}
        rowHeight={45}
        empty={
          text === undefined ? (
            <Empty icon="asset" title="No components yet">
              <p className="soft">They are listed by the first scan.</p>
            </Empty>
          ) : (
            <Empty icon="search" title="No component has such a name" />
          )
        }
      />
    </div>
  );
}
