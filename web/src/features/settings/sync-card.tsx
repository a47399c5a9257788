import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { formatNumber, plural, sentence } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { tell, tellError } from '../../ui/toast.tsx';
import { systemQuery } from './queries.ts';
import { GIVEN_BY } from './role-words.ts';

type Sync = NonNullable<Schemas['System']['lastSync']>;

const TONES = { running: 'accent', done: 'good', failed: 'act' } as const;

function LastSync({ sync }: { sync: Sync }) {
  const { packagesChanged, assetsTouched, error, problems } = sync;
  return (
    <div className="stack" style={{ '--gap': '0.5rem' }}>
      <p className="row" style={{ '--gap': '0.25rem 0.6rem' }}>
        <Tag tone={TONES[sync.state]}>{sentence(sync.state)}</Tag>
        <span className="soft">
          started <Time at={sync.startedAt} />
          {sync.endedAt !== null && (
            <>
              , ended <Time at={sync.endedAt} />
            </>
          )}
        </span>
      </p>
      {packagesChanged !== null && (
        <p>
          {plural(packagesChanged, 'package')} changed
          {assetsTouched !== null && `, ${plural(assetsTouched, 'asset')} matched again`}
        </p>
      )}
      {error !== null && <p className="act wrap-anywhere">{error}</p>}
      {problems.length > 0 && (
        <details className="output" open={sync.state === 'failed'}>
          <summary>{formatNumber(problems.length)} noted on the way</summary>
          <ul>
            {problems.map(({ severity, file, message }) => (
              <li key={`${file} ${message}`} className="wrap-anywhere">
                <span className={severity === 'error' ? 'act' : 'attend'}>{severity}</span>{' '}
                <code>{file}</code> {message}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** How the last sync of the feeds went, and the next one now. */
export function SyncCard({ sync }: { sync: Schemas['System']['lastSync'] }) {
  const may = useMay('operate');
  const client = useQueryClient();
  const start = useMutation({
    mutationFn: () => unwrap(api.POST('/sync')),
    onSuccess: () => {
      tell('The sync has started; what it changes is matched as soon as it is there.');
      void client.invalidateQueries({ queryKey: systemQuery.queryKey });
    },
    onError: tellError,
  });
  return (
    <Card title="Last sync">
      <div className="stack">
        {sync === null ? (
          <p className="soft">Feeds were not synced yet.</p>
        ) : (
          <LastSync sync={sync} />
        )}
        <div>
          <Button
            icon="refresh"
            busy={start.isPending || sync?.state === 'running'}
            disabledBecause={may ? undefined : `It takes ${GIVEN_BY.operate}`}
            onClick={() => start.mutate()}
          >
            Sync now
          </Button>
        </div>
      </div>
    </Card>
  );
}
