import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { tell } from '../../ui/toast.tsx';
import { changeQuery } from './queries.ts';

type Outcome = 'hand-over' | 'reject' | 'now';

const OFFERED: Readonly<Partial<Record<Schemas['ChangeState'], readonly Outcome[]>>> = {
  withheld: ['hand-over', 'reject'],
  observed: ['hand-over', 'reject'],
  suggested: ['hand-over', 'reject'],
  'awaiting-approval': ['reject'],
  scheduled: ['now', 'reject'],
};

const WORDS: Readonly<Record<Outcome, { title: string; explain: string }>> = {
  'hand-over': {
    title: 'Hand it over',
    explain: 'Against what policy says. Your name and reason stand in the decision log.',
  },
  now: {
    title: 'Do not wait',
    explain: 'It is handed over now, outside of its window. The decision log says that you did.',
  },
  reject: {
    title: 'Drop it',
    explain: 'It is not handed over. The decision log says that you dropped it.',
  },
};

/** What a person may do against policy, with a reason. */
export function Override({ change }: { change: Schemas['Change'] }) {
  const may = useMay('approve');
  const client = useQueryClient();
  const [asking, setAsking] = useState<Outcome>();
  const override = useMutation({
    mutationFn: ({ outcome, reason }: { outcome: Outcome; reason: string }) =>
      unwrap(
        api.POST('/changes/{id}/override', {
          params: { path: { id: change.id } },
          body: { outcome, reason },
        }),
      ),
    onSuccess: (after) => {
      client.setQueryData(changeQuery(change.id).queryKey, after);
      void client.invalidateQueries({ queryKey: ['changes'] });
      tell('Done, and written down.');
      setAsking(undefined);
    },
  });
  const offered = OFFERED[change.state] ?? [];
  if (!may || offered.length === 0) return null;
  return (
    <>
      <Disclosure label="Override" end>
        <div className="stack" style={{ '--gap': '0.25rem' }}>
          {offered.map((outcome) => (
            <Button key={outcome} look="quiet" onClick={() => setAsking(outcome)}>
              {WORDS[outcome].title}…
            </Button>
          ))}
        </div>
      </Disclosure>
      {asking !== undefined && (
        <ReasonDialog
          title={WORDS[asking].title}
          explain={WORDS[asking].explain}
          least={10}
          danger={asking === 'reject'}
          busy={override.isPending}
          error={override.error}
          close={() => {
            override.reset();
            setAsking(undefined);
          }}
          submit={(reason) => override.mutate({ outcome: asking, reason })}
        />
      )}
    </>
  );
}
