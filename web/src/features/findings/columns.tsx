import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/types.ts';
import { formatNumber, plural } from '../../ui/format.ts';
import { BandTag, FindingStateTag, Tag } from '../../ui/tag.tsx';
import { Due } from '../../ui/time.tsx';
import type { Column } from '../../ui/virtual-table.tsx';
import { BANDS } from '../words.ts';

type Row = Schemas['FindingRow'];
type Group = Schemas['FindingGroup'];

const REACH_WORDS: Readonly<Record<Schemas['ReachabilityStatus'], string>> = {
  reachable: 'Reachable',
  'not-reachable': 'Not reachable',
  unknown: 'Unknown',
};

export const FINDING_COLUMNS: readonly Column<Row>[] = [
  {
    name: 'Risk',
    width: '5.5rem',
    cell: ({ band, score, kev }) => (
      <div className="two-lines risk">
        <span>
          <BandTag band={band} score={score} />
        </span>
        {kev && (
          <span className="act small" title="On CISA’s list of known exploited vulnerabilities">
            exploited
          </span>
        )}
      </div>
    ),
  },
  {
    name: 'Finding',
    width: 'minmax(0, 2.4fr)',
    className: 'main',
    cell: (row) => (
      <div className="two-lines">
        <span className="ellipsis">
          <Link
            to="/findings/$findingId"
            params={{ findingId: row.id }}
            className="stretched"
            resetScroll
          >
            {row.package} <span className="soft">{row.version}</span>
          </Link>
          <span className="faint small">
            {row.fixedIn === null ? ' · no fixed version' : ` → ${row.fixedIn}`}
          </span>
        </span>
        <span className="soft small ellipsis" title={`${row.advisoryId}: ${row.summary}`}>
          {row.summary}
        </span>
      </div>
    ),
  },
  {
    name: 'Asset',
    width: 'minmax(0, 1.1fr)',
    cell: ({ asset }) => (
      <div className="two-lines">
        <span className="ellipsis">{asset.name}</span>
        <span className="faint small narrow-off">{asset.environment}</span>
      </div>
    ),
  },
  {
    name: 'Reachability',
    width: '6.75rem',
    cell: ({ reachability }) => (
      <span className={reachability === 'reachable' ? 'strong' : 'soft'}>
        {REACH_WORDS[reachability]}
      </span>
    ),
  },
  {
    name: 'Due',
    width: '6.5rem',
    cell: ({ due, closedAt }) => <Due date={due} closed={closedAt !== null} />,
  },
  {
    name: 'State',
    width: '8.75rem',
    cell: ({ state }) => <FindingStateTag state={state} />,
  },
];

export const GROUP_COLUMNS: readonly Column<Group>[] = [
  {
    name: 'Remedy',
    width: 'minmax(0, 2fr)',
    className: 'main',
    cell: ({ group, package: name, target, ecosystem }) => (
      <div className="two-lines">
        <Link
          from="/findings"
          to="/findings"
          search={(before) => ({ ...before, view: undefined, group })}
          className="stretched ellipsis"
        >
          {target === null ? `No fixed version of ${name}` : `${name} to ${target}`}
        </Link>
        <span className="faint small">{ecosystem}</span>
      </div>
    ),
  },
  {
    name: 'Closes',
    width: 'minmax(0, 1.6fr)',
    cell: ({ bands }) => (
      <span className="row" style={{ '--gap': '0.35rem' }}>
        {BANDS.map((band) => {
          const count = bands[band] ?? 0;
          return (
            count > 0 && (
              <Tag key={band} tone={band}>
                {formatNumber(count)} {band}
              </Tag>
            )
          );
        })}
      </span>
    ),
  },
  {
    name: 'On',
    width: '8rem',
    cell: ({ assets }) => <span className="soft">{plural(assets, 'asset')}</span>,
  },
  {
    name: 'Top risk',
    width: '5rem',
    className: 'number narrow-off',
    cell: ({ topScore }) => <strong>{Math.round(topScore)}</strong>,
  },
  {
    name: 'Due',
    width: '7rem',
    cell: ({ due }) => <Due date={due} />,
  },
];
