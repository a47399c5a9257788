import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/types.ts';
import { usePaged } from '../../api/use-paged.ts';
import { Empty } from '../../ui/empty.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { Time } from '../../ui/time.tsx';
import type { Column } from '../../ui/virtual-table.tsx';
import { policyVersionsQuery } from './queries.ts';
import { VersionTag } from './version-card.tsx';

const COLUMNS: readonly Column<Schemas['PolicyVersion']>[] = [
  {
    name: 'Version',
    width: 'minmax(0, 2fr)',
    className: 'main',
    cell: ({ number, note }) => (
      <div className="two-lines">
        <Link to="/policy" search={{ version: number }} className="stretched">
          Version {number}
        </Link>
        <span className="soft small ellipsis">{note}</span>
      </div>
    ),
  },
  { name: 'State', width: '7rem', cell: ({ state }) => <VersionTag state={state} /> },
  {
    name: 'Written',
    width: 'minmax(0, 1fr)',
    cell: ({ author, createdAt }) => (
      <div className="two-lines">
        <span className="ellipsis">{author?.name ?? 'Suture'}</span>
        <Time at={createdAt} className="faint small" />
      </div>
    ),
  },
  {
    name: 'Reviewed',
    width: 'minmax(0, 1fr)',
    className: 'narrow-off',
    cell: ({ reviewedBy }) => reviewedBy?.name ?? <span className="faint">nobody</span>,
  },
  {
    name: 'Into force',
    width: 'minmax(0, 1fr)',
    className: 'narrow-off',
    cell: ({ activatedAt }) =>
      activatedAt === null ? <span className="faint">never</span> : <Time at={activatedAt} />,
  },
];

/** All versions, newest first. */
export function Versions() {
  const paged = usePaged(policyVersionsQuery);
  return (
    <PagedTable
      label="Versions"
      paged={paged}
      columns={COLUMNS}
      keyOf={({ number }) => String(number)}
      empty={<Empty icon="policy" title="There is no version yet" />}
    />
  );
}
