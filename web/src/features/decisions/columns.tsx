import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/types.ts';
import { sentence } from '../../ui/format.ts';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import type { Column } from '../../ui/virtual-table.tsx';
import { DECISION_KINDS } from './search.ts';

type Row = Schemas['DecisionRow'];

/** What a kind of decision is called; one that is new to the page is shown as it is. */
function kindWords(kind: string): string {
  return (DECISION_KINDS as Readonly<Record<string, string>>)[kind] ?? sentence(kind);
}

/** `Vote: approve`; of one that says the same twice only once. */
export function decisionTitle({ kind, outcome }: Pick<Row, 'kind' | 'outcome'>): string {
  const [of, what] = [kindWords(kind), sentence(outcome)];
  return of.toLowerCase() === what.toLowerCase() ? of : `${of}: ${what.toLowerCase()}`;
}

export const DECISION_COLUMNS: readonly Column<Row>[] = [
  { name: 'No.', width: '4rem', cell: ({ seq }) => <span className="faint">{seq}</span> },
  {
    name: 'Decision',
    width: 'minmax(0, 2.4fr)',
    className: 'main',
    cell: ({ seq, kind, outcome, because }) => (
      <div className="two-lines">
        <Link to="/decisions/$seq" params={{ seq: String(seq) }} className="stretched ellipsis">
          {decisionTitle({ kind, outcome })}
        </Link>
        <span className="soft small ellipsis" title={because}>
          {because}
        </span>
      </div>
    ),
  },
  {
    name: 'By',
    width: 'minmax(0, 1fr)',
    cell: ({ actor, actorType }) => (
      <span className="row" style={{ '--gap': '0.4rem' }}>
        <span className="wrap-anywhere">{actor}</span>
        {actorType !== 'policy' && (
          <Tag tone={actorType === 'person' ? 'accent' : 'track'}>{actorType}</Tag>
        )}
      </span>
    ),
  },
  {
    name: 'Rule',
    width: 'minmax(0, 1fr)',
    className: 'narrow-off',
    cell: ({ rule }) => <span className="soft ellipsis-line">{rule ?? '–'}</span>,
  },
  {
    name: 'Feedback',
    width: '5.5rem',
    className: 'narrow-off',
    cell: ({ feedback }) => (feedback > 0 ? <Tag>{feedback}</Tag> : ''),
  },
  { name: 'When', width: '8rem', cell: ({ at }) => <Time at={at} className="soft" /> },
];
