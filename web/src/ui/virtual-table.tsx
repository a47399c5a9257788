import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useShortcuts } from './shortcuts.ts';
import { Skeleton } from './skeleton.tsx';

export interface Column<Item> {
  readonly name: string;
  /** A track of the grid: `minmax(0, 2fr)`, `6rem`. */
  readonly width: string;
  readonly cell: (item: Item) => ReactNode;
  readonly className?: string;
}

interface VirtualTableProps<Item> {
  readonly label: string;
  readonly columns: readonly Column<Item>[];
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  /** Height of a row before it is measured, pixels. */
  readonly rowHeight: number;
  /** How many there are in all, where that is known. */
  readonly total?: number | undefined;
  readonly hasMore?: boolean;
  readonly loading?: boolean;
  /** Called when the end comes near. */
  readonly more?: () => void;
}

/** Rows beyond the last that is shown at which the next page is asked for. */
const AHEAD = 20;

/**
 * A long list of which only what is in view is in the document; scrolls with the page. The first
 * link of a row is what `j` and `k` walk over. On narrow screens its style makes cards of rows.
 */
export function VirtualTable<Item>({
  label,
  columns,
  items,
  keyOf,
  rowHeight,
  total,
  hasMore = false,
  loading = false,
  more,
}: VirtualTableProps<Item>) {
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    setTop((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
  }, []);
  const virtualizer = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
  });
  const rows = virtualizer.getVirtualItems();
  const last = rows.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && !loading && last >= items.length - AHEAD) more?.();
  }, [last, hasMore, loading, items.length, more]);

  const [wanted, setWanted] = useState<number>();
  useEffect(() => {
    if (wanted === undefined) return;
    const link = body.current?.querySelector<HTMLElement>(`[data-index="${wanted}"] a`);
    if (!link) return;
    link.focus({ preventScroll: true });
    setWanted(undefined);
  }, [wanted, rows]);
  const step = (by: 1 | -1): void => {
    const row = document.activeElement?.closest<HTMLElement>('[data-index]');
    const from = row && body.current?.contains(row) ? Number(row.dataset.index) : undefined;
    const first = rows.find(({ end }) => end > window.scrollY + 120)?.index ?? 0;
    const next = from === undefined ? first : from + by;
    if (next < 0 || next >= items.length) return;
    virtualizer.scrollToIndex(next, { align: 'auto' });
    setWanted(next);
  };
  useShortcuts({ j: () => step(1), k: () => step(-1) });

  return (
    <div
      className="vtable"
      role="table"
      aria-label={label}
      aria-rowcount={total ?? (hasMore ? -1 : items.length + 1)}
      aria-busy={loading}
      style={{ '--columns': columns.map(({ width }) => width).join(' ') }}
    >
      <div role="rowgroup" className="vhead">
        <div role="row" aria-rowindex={1}>
          {columns.map(({ name, className }) => (
            <span key={name} role="columnheader" className={className}>
              {name}
            </span>
          ))}
        </div>
      </div>
      <div
        ref={body}
        role="rowgroup"
        className="vbody"
        style={{ height: `${virtualizer.getTotalSize()}px` }}
      >
        {rows.map(({ index, key, start }) => {
          const item = items[index];
          return (
            item !== undefined && (
              <div
                key={key}
                ref={virtualizer.measureElement}
                role="row"
                className="vrow"
                aria-rowindex={index + 2}
                data-index={index}
                style={{ transform: `translateY(${start - top}px)` }}
              >
                {columns.map(({ name, cell, className }) => (
                  <div key={name} role="cell" className={className}>
                    {cell(item)}
                  </div>
                ))}
              </div>
            )
          );
        })}
      </div>
      {loading && <SkeletonRows count={items.length === 0 ? 12 : 3} height={rowHeight} />}
    </div>
  );
}

function SkeletonRows({ count, height }: { count: number; height: number }) {
  return (
    <div aria-hidden="true">
      {Array.from({ length: count }, (_, row) => (
        <div key={row} className="vskeleton" style={{ height: `${height}px` }}>
          <Skeleton width={`${70 - ((row * 13) % 30)}%`} />
        </div>
      ))}
    </div>
  );
}
