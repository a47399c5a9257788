import { Link } from '@tanstack/react-router';
import type { Count, Schemas } from '../../api/types.ts';
import { formatCount } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { BandTag } from '../../ui/tag.tsx';
import { Due } from '../../ui/time.tsx';

function Limit({ count, label, tone }: { count: Count; label: string; tone: 'act' | 'attend' }) {
  return (
    <div className="limit">
      <span className={count.value > 0 ? `value ${tone}` : 'value'}>{formatCount(count)}</span>
      <span className="soft small">{label}</span>
    </div>
  );
}

/** What must be closed by when; the nearest first. */
export function Deadlines({ deadlines }: { deadlines: Schemas['Overview']['deadlines'] }) {
  const { overdue, within1Day, within3Days, within7Days, next } = deadlines;
  return (
    <Card
      title="Deadlines at risk"
      flush
      aside={
        <Link to="/findings" search={{ sort: 'due' }}>
          All by deadline
        </Link>
      }
    >
      <div className="limits">
        <Limit count={overdue} label="overdue" tone="act" />
        <Limit count={within1Day} label="in a day" tone="act" />
        <Limit count={within3Days} label="in three" tone="attend" />
        <Limit count={within7Days} label="in seven" tone="attend" />
      </div>
      {next.length === 0 ? (
        <p className="soft card-words">No finding has a deadline ahead.</p>
      ) : (
        <ul className="lines">
          {next.map(({ findingId, package: name, advisoryId, asset, band, due }) => (
            <li key={findingId} className="line">
              <div className="ellipsis-block">
                <Link
                  to="/findings/$findingId"
                  params={{ findingId }}
                  className="stretched ellipsis"
                  title={advisoryId}
                >
                  {name}
                </Link>
                <div className="soft small ellipsis">{asset.name}</div>
              </div>
              <div className="end">
                <Due date={due} />
                <BandTag band={band} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
