import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { present } from '../../api/search-params.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choice, TextArea, TextField } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem.tsx';
import { tell } from '../../ui/toast.tsx';

/** The shortest reason that is one. */
const SHORTEST_REASON = 10;

/** `2026-11-24`, so many days from today. */
function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

const WORDS = {
  accepted: {
    title: 'Accept for a time',
    explain: 'It stays vulnerable, and stops to count as exposure until this ends.',
    why: 'Why it is right to wait',
    done: 'Accepted until',
  },
  'not-affected': {
    title: 'Not affected',
    explain: 'You judge that this asset cannot be harmed by it.',
    why: 'Why it cannot be harmed',
    done: 'Judged not affected until',
  },
} as const;

/** Asks for everything that an exception needs: why, what protects meanwhile, until when. */
export function ExceptDialog({
  finding,
  kind,
  close,
}: {
  finding: Schemas['Finding'];
  kind: 'accepted' | 'not-affected';
  close: () => void;
}) {
  const words = WORDS[kind];
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [control, setControl] = useState('');
  const [until, setUntil] = useState(dayFromNow(30));
  const [everywhere, setEverywhere] = useState(false);
  const [tried, setTried] = useState(false);
  const shortReason = reason.trim().length < SHORTEST_REASON;
  const past = until <= dayFromNow(0);

  const ask = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/exceptions', {
          body: {
            kind,
            ...(everywhere
              ? { advisoryId: finding.advisoryId, package: finding.package }
              : present({ findingId: finding.id })),
            reason: reason.trim(),
            compensatingControl: control.trim(),
            expiresAt: `${until}T23:59:59.000Z`,
          },
        }),
      ),
    onSuccess: (exception) => {
      tell(
        exception.state === 'requested'
          ? 'Asked for: somebody else must agree to it first.'
          : `${words.done} ${until}.`,
      );
      void client.invalidateQueries({ queryKey: ['findings'] });
      close();
    },
  });

  return (
    <Dialog
      title={words.title}
      close={close}
      submit={() => {
        setTried(true);
        if (!shortReason && !past) ask.mutate();
      }}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" busy={ask.isPending}>
            {words.title}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p className="soft">{words.explain}</p>
        {ask.error !== null && <ProblemNote error={ask.error} />}
        <TextArea
          label={words.why}
          value={reason}
          maxLength={4000}
          autoFocus
          required
          onChange={(event) => setReason(event.target.value)}
          wrong={tried && shortReason ? `Say it in at least ${SHORTEST_REASON} characters.` : ''}
        />
        <TextArea
          label="What protects meanwhile"
          hint="A firewall rule, a feature that is switched off; kept with the exception."
          value={control}
          maxLength={4000}
          onChange={(event) => setControl(event.target.value)}
        />
        <TextField
          label="Until"
          type="date"
          value={until}
          min={dayFromNow(1)}
          required
          onChange={(event) => setUntil(event.target.value)}
          wrong={tried && past ? 'Choose a day after today.' : ''}
        />
        <Choice
          checked={everywhere}
          onChange={(event) => setEverywhere(event.target.checked)}
          label={`For ${finding.package} and ${finding.advisoryId} on every asset, not only ${finding.asset.name}`}
        />
      </div>
    </Dialog>
  );
}
