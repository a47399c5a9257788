import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/types.ts';
import { formatShare, plural } from '../../ui/format.ts';
import { ChangeStateTag, Tag } from '../../ui/tag.tsx';
import { Due, Time } from '../../ui/time.tsx';
import type { Column } from '../../ui/virtual-table.tsx';

type Row = Schemas['ChangeRow'];

const DONE: ReadonlySet<Schemas['ChangeState']> = new Set([
  'closed',
  'rejected',
  'superseded',
  'cancelled',
]);

export const CHANGE_COLUMNS: readonly Column<Row>[] = [
  {
    name: 'Change',
    width: 'minmax(0, 2.2fr)',
    className: 'main',
    cell: ({ id, title, asset }) => (
      <div className="two-lines">
        <Link to="/changes/$changeId" params={{ changeId: id }} className="stretched ellipsis">
          {title}
        </Link>
        <span className="soft small ellipsis">
          {asset.name} · {asset.environment}
        </span>
      </div>
    ),
  },
  {
    name: 'State',
    width: '9.5rem',
    cell: ({ state, needsMe }) =>
      needsMe ? (
        <Tag tone="attend" title="It waits for your answer">
          Awaits you
        </Tag>
      ) : (
        <ChangeStateTag state={state} />
      ),
  },
  {
    name: 'Proof',
    width: '8.5rem',
    cell: ({ verdict, confidence }) => (
      <span className={verdict === 'proven' ? '' : 'attend'}>
        {verdict === 'proven' ? `${formatShare(confidence)} confident` : verdict}
      </span>
    ),
  },
  {
    name: 'Closes',
    width: '6.5rem',
    cell: ({ closes }) => <span className="soft">{plural(closes, 'finding')}</span>,
  },
  {
    name: 'Due',
    width: '6.5rem',
    cell: ({ due, state }) => <Due date={due} closed={DONE.has(state)} />,
  },
  {
    name: 'Since',
    width: '7rem',
    className: 'narrow-off',
    cell: ({ stateSince }) => <Time at={stateSince} className="faint" />,
  },
];
