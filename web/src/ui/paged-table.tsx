import type { ReactNode } from 'react';
import type { PageOf } from '../api/pages.ts';
import type { Count } from '../api/types.ts';
import type { Paged } from '../api/use-paged.ts';
import { Button } from './button.tsx';
import { LoadFailed } from './problem.tsx';
import { type Column, VirtualTable } from './virtual-table.tsx';

interface PagedTableProps<Page extends PageOf<unknown>> {
  readonly label: string;
  readonly paged: Paged<Page>;
  readonly columns: readonly Column<Page['items'][number]>[];
  readonly keyOf: (item: Page['items'][number]) => string;
  readonly rowHeight?: number;
  readonly total?: Count | undefined;
  /** Instead of a list without anything in it. */
  readonly empty: ReactNode;
}

/** A long list that is read as it is scrolled, with all that can happen to it. */
export function PagedTable<Page extends PageOf<unknown>>({
  label,
  paged,
  columns,
  keyOf,
  rowHeight = 57,
  total,
  empty,
}: PagedTableProps<Page>) {
  const { items, error, loading, hasMore, more, outdated, refresh } = paged;
  if (error !== null && items.length === 0) return <LoadFailed error={error} again={refresh} />;
  if (!loading && items.length === 0) return <div className="card">{empty}</div>;
  return (
    <>
      {outdated && (
        <div className="results" role="status">
          This list has changed since you loaded it.
          <Button compact icon="refresh" onClick={refresh}>
            Load it again
          </Button>
        </div>
      )}
      <VirtualTable
        label={label}
        columns={columns}
        items={items}
        keyOf={keyOf}
        rowHeight={rowHeight}
        total={total === undefined || total.atLeast ? undefined : total.value + 1}
        hasMore={hasMore}
        loading={loading}
        more={more}
      />
      {error !== null && <LoadFailed error={error} again={refresh} />}
    </>
  );
}
