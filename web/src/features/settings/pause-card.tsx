import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/page.tsx';
import { LoadFailed } from '../../ui/problem.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { SkeletonLines } from '../../ui/skeleton.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { tell } from '../../ui/toast.tsx';
import { pauseQuery } from './queries.ts';
import { GIVEN_BY } from './role-words.ts';

function Switch({ paused, close }: { paused: boolean; close: () => void }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (reason: string) =>
      unwrap(api.PUT('/pause', { body: { paused: !paused, reason } })),
    onSuccess: (after) => {
      client.setQueryData(pauseQuery.queryKey, after);
      void client.invalidateQueries({ queryKey: ['overview'] });
      tell(after.paused ? 'Everything is paused.' : 'Going on.');
      close();
    },
  });
  return (
    <ReasonDialog
      title={paused ? 'Go on' : 'Pause everything'}
      explain={
        paused
          ? 'Scans and remediations start again; what was approved meanwhile is handed over when policy lets it.'
          : 'No scan or remediation starts and nothing is handed over until somebody goes on. What is in the middle of a step finishes that step; people can still look and answer.'
      }
      least={1}
      danger={!paused}
      busy={change.isPending}
      error={change.error}
      close={close}
      submit={(reason) => change.mutate(reason)}
    />
  );
}

/** The one big switch, with who last turned it and why. */
export function PauseCard() {
  const may = useMay('operate');
  const { data: pause, error, refetch } = useQuery(pauseQuery);
  const [asking, setAsking] = useState(false);
  return (
    <Card
      title="All work"
      aside={
        pause !== undefined &&
        (pause.paused ? <Tag tone="attend">Paused</Tag> : <Tag tone="good">Going</Tag>)
      }
    >
      {pause === undefined && error === null && <SkeletonLines lines={2} />}
      {pause === undefined && error !== null && (
        <LoadFailed error={error} again={() => void refetch()} />
      )}
      {pause !== undefined && (
        <div className="stack">
          <div className="stack" style={{ '--gap': '0.25rem' }}>
            {pause.since === null && <p className="soft">It has never been paused.</p>}
            {pause.reason !== '' && <p className="prose">{pause.reason}</p>}
            {pause.since !== null && (
              <p className="faint small">
                {!pause.paused && 'Going on: '}
                {pause.by !== null && `${pause.by.name}, `}
                <Time at={pause.since} />
              </p>
            )}
          </div>
          <div>
            <Button
              icon={pause.paused ? 'play' : 'pause'}
              look={pause.paused ? 'primary' : 'plain'}
              disabledBecause={may ? undefined : `It takes ${GIVEN_BY.operate}`}
              onClick={() => setAsking(true)}
            >
              {pause.paused ? 'Go on…' : 'Pause everything…'}
            </Button>
          </div>
          {asking && <Switch paused={pause.paused} close={() => setAsking(false)} />}
        </div>
      )}
    </Card>
  );
}
