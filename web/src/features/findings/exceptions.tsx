import { usePaged } from '../../api/use-paged.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Card } from '../../ui/page.tsx';
import { LoadFailed } from '../../ui/problem.tsx';
import { SkeletonLines } from '../../ui/skeleton.tsx';
import { ExceptionLine } from './exception-line.tsx';
import type { EXCEPTION_STATES } from './exception-search.ts';
import { exceptionsQuery } from './queries.ts';

/** What people said about one finding; nothing where nobody did. */
export function ExceptionsOf({ findingId }: { findingId: string }) {
  const { items } = usePaged(exceptionsQuery({ finding: findingId }));
  if (items.length === 0) return null;
  return (
    <Card title="Exceptions">
      <ul className="divided">
        {items.map((exception) => (
          <ExceptionLine key={exception.id} exception={exception} />
        ))}
      </ul>
    </Card>
  );
}

/** All exceptions in a state, those that wait first. */
export function Exceptions({ state }: { state: (typeof EXCEPTION_STATES)[number] | undefined }) {
  const { items, error, loading, hasMore, more, refresh } = usePaged(
    exceptionsQuery(state === undefined ? {} : { state: [state] }),
  );
  if (error !== null && items.length === 0) return <LoadFailed error={error} again={refresh} />;
  return (
    <section className="card" aria-label="Exceptions" aria-busy={loading}>
      <div className="body stack">
        {!loading && items.length === 0 && (
          <Empty icon="clock" title="No exceptions">
            <p className="soft">
              A finding can be accepted for a time, or judged not to affect an asset; with a reason,
              an owner and an end.
            </p>
          </Empty>
        )}
        {items.length > 0 && (
          <ul className="divided">
            {items.map((exception) => (
              <ExceptionLine key={exception.id} exception={exception} />
            ))}
          </ul>
        )}
        {loading && <SkeletonLines lines={4} />}
        {hasMore && !loading && (
          <div>
            <Button compact onClick={more}>
              More
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}
