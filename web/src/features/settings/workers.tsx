import type { Schemas } from '../../api/types.ts';
import { sentence } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Card } from '../../ui/page.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';

type Worker = Schemas['System']['workers'][number];

const TONES = { alive: 'good', stopped: 'track', dead: 'act' } as const;
const MEANS: Readonly<Record<Worker['state'], string>> = {
  alive: 'Its heartbeat is there',
  stopped: 'Told to stop; it has finished',
  dead: 'Its heartbeat stayed away; others have taken its work over',
};

/** The processes that scan, prove and hand over. */
export function Workers({ workers }: { workers: readonly Worker[] }) {
  const alive = workers.filter(({ state }) => state === 'alive').length;
  return (
    <Card title="Workers" aside={`${alive} alive`} flush>
      {alive === 0 && (
        <div className="card-words">
          <div className="note attend">
            <Icon name="finding" />
            <p>
              No worker is alive: nothing is scanned or proven. <code>suture up</code> starts one;{' '}
              <code>suture worker</code> adds more.
            </p>
          </div>
        </div>
      )}
      {workers.length > 0 && (
        <ul className="lines">
          {workers.map(({ id, host, pid, state, heartbeatAt, startedAt, version }) => (
            <li key={id} className="line folding">
              <div className="ellipsis-block">
                <span className="row" style={{ '--gap': '0.15rem 0.6rem' }}>
                  <strong className="wrap-anywhere">{host}</strong>
                  <Tag tone={TONES[state]} title={MEANS[state]}>
                    {sentence(state)}
                  </Tag>
                </span>
                <span className="faint small">
                  process {pid}, version {version}, started <Time at={startedAt} />
                </span>
              </div>
              <span className="end soft">
                <span>
                  heartbeat <Time at={heartbeatAt} />
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
