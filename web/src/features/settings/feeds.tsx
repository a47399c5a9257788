import type { Schemas } from '../../api/types.ts';
import { Empty } from '../../ui/empty.tsx';
import { formatNumber } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { Time, useNow } from '../../ui/time.tsx';

const DAY_MS = 24 * 3_600_000;
/** Synced at least daily by default; twice that is not a coincidence. */
const OLD_MS = 2 * DAY_MS;

/** What is known of vulnerabilities, from where and how old. */
export function Feeds({ feeds }: { feeds: Schemas['System']['feeds'] }) {
  const now = useNow();
  return (
    <Card title="Feeds" flush={feeds.length > 0}>
      {feeds.length === 0 && (
        <Empty icon="download" title="No feeds yet">
          <p className="soft">Nothing can be found before the first sync has ended.</p>
        </Empty>
      )}
      {feeds.length > 0 && (
        <div className="scroll-x">
          <table className="table">
            <thead>
              <tr>
                <th>Feed</th>
                <th className="number">Records</th>
                <th>As of</th>
                <th>Synced</th>
              </tr>
            </thead>
            <tbody>
              {feeds.map(({ name, records, asOf, syncedAt, source }) => {
                const old = now - Date.parse(syncedAt) > OLD_MS;
                return (
                  <tr key={name}>
                    <td>
                      <strong>{name}</strong>
                      <br />
                      <span className="faint small wrap-anywhere">{source}</span>
                    </td>
                    <td className="number">{formatNumber(records)}</td>
                    <td>
                      <Time at={asOf} />
                    </td>
                    <td className={old ? 'attend' : ''}>
                      <Time at={syncedAt} />
                      {old && <span className="visually-hidden">, old</span>}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
