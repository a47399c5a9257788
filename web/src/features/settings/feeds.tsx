import type { Schemas } from '../../api/types.ts';
import { Empty } from '../../ui/empty.tsx';
import { plural } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { Time, useNow } from '../../ui/time.tsx';

type Feed = Schemas['System']['feeds'][number];

const DAY_MS = 24 * 3_600_000;
/** Synced at least daily by default; twice that is not a coincidence. */
const OLD_MS = 2 * DAY_MS;

function FeedLine({ feed: { name, records, asOf, syncedAt, source } }: { feed: Feed }) {
  const old = useNow() - Date.parse(syncedAt) > OLD_MS;
  return (
    <li className="line folding">
      <div className="ellipsis-block">
        <span>
          <strong>{name}</strong> <span className="soft">{plural(records, 'record')}</span>
        </span>
        <span className="ellipsis faint small" title={source}>
          {source}
        </span>
      </div>
      <div className="end">
        <div className="two-lines">
          <span className="soft">
            as of <Time at={asOf} />
          </span>
          <span className={old ? 'attend small' : 'faint small'}>
            synced <Time at={syncedAt} />
          </span>
        </div>
      </div>
    </li>
  );
}

/** What is known of vulnerabilities, from where and how old. */
export function Feeds({ feeds }: { feeds: readonly Feed[] }) {
  return (
    <Card title="Feeds" flush={feeds.length > 0}>
      {feeds.length === 0 && (
        <Empty icon="download" title="No feeds yet">
          <p className="soft">Nothing can be found before the first sync has ended.</p>
        </Empty>
      )}
      {feeds.length > 0 && (
        <ul className="lines">
          {feeds.map((feed) => (
            <FeedLine key={feed.name} feed={feed} />
          ))}
        </ul>
      )}
    </Card>
  );
}
