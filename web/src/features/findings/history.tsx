import { Link } from '@tanstack/react-router';
import { usePaged } from '../../api/use-paged.ts';
import { Button } from '../../ui/button.tsx';
import { sentence } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { LoadFailed } from '../../ui/problem.tsx';
import { SkeletonLines } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { findingHistoryQuery } from './queries.ts';

/** Everything that happened to a finding, as it happened. */
export function History({ findingId }: { findingId: string }) {
  const { items, error, loading, hasMore, more, refresh } = usePaged(
    findingHistoryQuery(findingId),
  );
  return (
    <Card title="History">
      <div className="stack">
        <ol className="timeline">
          {items.map((event) => (
            <li
              key={`${event.at} ${event.event}`}
              className={event.decisionSeq ? 'loud' : undefined}
            >
              <span>
                <strong>{sentence(event.to)}</strong>{' '}
                <span className="soft">
                  by {event.actor}, <Time at={event.at} />
                </span>
              </span>
              {event.because !== '' && <span className="soft wrap-anywhere">{event.because}</span>}
              {(event.changeId !== null || event.decisionSeq !== null) && (
                <span className="row small">
                  {event.changeId !== null && (
                    <Link to="/changes/$changeId" params={{ changeId: event.changeId }}>
                      Change
                    </Link>
                  )}
                  {event.decisionSeq !== null && (
                    <Link to="/decisions/$seq" params={{ seq: String(event.decisionSeq) }}>
                      Decision {event.decisionSeq}
                    </Link>
                  )}
                </span>
              )}
            </li>
          ))}
        </ol>
        {error !== null && <LoadFailed error={error} again={refresh} />}
        {loading && <SkeletonLines lines={2} />}
        {hasMore && !loading && (
          <div>
            <Button compact onClick={more}>
              More
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}
