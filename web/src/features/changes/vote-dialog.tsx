import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choice, TextArea } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem.tsx';
import { tell } from '../../ui/toast.tsx';
import { changeQuery } from './queries.ts';

export type Verdict = 'approve' | 'reject' | 'request-changes';

const WORDS = {
  approve: { title: 'Approve', look: 'primary', done: 'Approved.' },
  reject: { title: 'Reject', look: 'danger', done: 'Rejected. Its findings are open again.' },
  'request-changes': {
    title: 'Ask for changes',
    look: 'primary',
    done: 'Asked for. A new plan is made.',
  },
} as const;

function explain(verdict: Verdict, change: Schemas['Change'], missing: number): string {
  const { name } = change.asset;
  if (verdict === 'reject') return 'It is dropped; policy may propose another one later.';
  if (verdict === 'request-changes') return 'A new plan is made that leaves alone what you tick.';
  if (missing > 1) return `It is handed over to ${name} when ${missing - 1} more agree.`;
  return change.notBefore === null
    ? `It is handed over to ${name} now.`
    : `It is handed over to ${name} in its next window.`;
}

/** An answer to a change: with a reason, which only approval may leave out. */
export function VoteDialog({
  change,
  verdict,
  missing,
  close,
}: {
  change: Schemas['Change'];
  verdict: Verdict;
  missing: number;
  close: () => void;
}) {
  const { title, look, done } = WORDS[verdict];
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [avoid, setAvoid] = useState<readonly string[]>([]);
  const [tried, setTried] = useState(false);
  const lacksReason = verdict !== 'approve' && reason.trim() === '';
  const packages = [...new Set(change.remedies.map((remedy) => remedy.package))];
  const vote = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/changes/{id}/votes', {
          params: { path: { id: change.id } },
          body: { verdict, reason: reason.trim(), avoid: [...avoid] },
        }),
      ),
    onSuccess: (after) => {
      client.setQueryData(changeQuery(change.id).queryKey, after);
      void client.invalidateQueries({ queryKey: ['changes'] });
      void client.invalidateQueries({ queryKey: ['overview'] });
      tell(done);
      close();
    },
  });
  return (
    <Dialog
      title={title}
      close={close}
      submit={() => {
        setTried(true);
        if (!lacksReason) vote.mutate();
      }}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look={look} busy={vote.isPending}>
            {title}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p className="soft">{explain(verdict, change, missing)}</p>
        {vote.error !== null && <ProblemNote error={vote.error} />}
        {verdict === 'request-changes' && packages.length > 0 && (
          <fieldset>
            <legend>Leave alone</legend>
            {packages.map((name) => (
              <Choice
                key={name}
                label={name}
                checked={avoid.includes(name)}
                onChange={(event) =>
                  setAvoid(
                    event.target.checked
                      ? [...avoid, name]
                      : avoid.filter((other) => other !== name),
                  )
                }
              />
            ))}
          </fieldset>
        )}
        <TextArea
          label={verdict === 'approve' ? 'Reason (not needed)' : 'Reason'}
          hint="Kept with the decision, for everybody to read."
          value={reason}
          maxLength={4000}
          autoFocus
          onChange={(event) => setReason(event.target.value)}
          wrong={tried && lacksReason ? 'Say why.' : ''}
        />
      </div>
    </Dialog>
  );
}
