import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { plural } from '../../ui/format.ts';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { Tag, type Tone } from '../../ui/tag.tsx';
import { formatDay, Time } from '../../ui/time.tsx';
import { tell } from '../../ui/toast.tsx';

type Exception = Schemas['Exception'];
type Outcome = 'active' | 'rejected' | 'withdrawn';

const STATES: Readonly<Record<Exception['state'], { word: string; tone: Tone }>> = {
  requested: { word: 'Asked for', tone: 'attend' },
  active: { word: 'In effect', tone: 'accent' },
  rejected: { word: 'Refused', tone: 'track' },
  withdrawn: { word: 'Withdrawn', tone: 'track' },
  expired: { word: 'Expired', tone: 'track' },
};

const OUTCOMES: Readonly<Record<Outcome, { title: string; explain: string; done: string }>> = {
  active: {
    title: 'Agree',
    explain: 'What it covers stops to count as exposure until it expires.',
    done: 'Agreed; it is in effect.',
  },
  rejected: {
    title: 'Refuse',
    explain: 'What it covers stays open.',
    done: 'Refused.',
  },
  withdrawn: {
    title: 'Withdraw',
    explain: 'What it covers is open again from now on.',
    done: 'Withdrawn; what it covered is open again.',
  },
};

function Decide({
  exception,
  outcome,
  close,
}: {
  exception: Exception;
  outcome: Outcome;
  close: () => void;
}) {
  const { title, explain, done } = OUTCOMES[outcome];
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: (reason: string) =>
      unwrap(
        api.POST('/exceptions/{id}/decision', {
          params: { path: { id: exception.id } },
          body: { outcome, reason },
        }),
      ),
    onSuccess: () => {
      for (const key of ['exceptions', 'findings', 'overview']) {
        void client.invalidateQueries({ queryKey: [key] });
      }
      tell(done);
      close();
    },
  });
  return (
    <ReasonDialog
      title={title}
      explain={explain}
      least={1}
      danger={outcome === 'rejected'}
      busy={decide.isPending}
      error={decide.error}
      close={close}
      submit={(reason) => decide.mutate(reason)}
    />
  );
}

/** What it covers, in words. */
function Subject({ exception }: { exception: Exception }) {
  const { findingId, advisoryId, package: name, asset, findings } = exception;
  const what = [name, advisoryId].filter((part) => part !== null).join(', ');
  return (
    <>
      {findingId !== null ? (
        <Link to="/findings/$findingId" params={{ findingId }}>
          {what === '' ? 'One finding' : what}
        </Link>
      ) : (
        <strong className="wrap-anywhere">{what === '' ? 'Everything' : what}</strong>
      )}{' '}
      <span className="soft">
        {asset === null ? 'on every asset' : `on ${asset.name}`} · {plural(findings, 'finding')}
      </span>
    </>
  );
}

/** One exception: what, why, whose, until when; and what can be said to it. */
export function ExceptionLine({ exception }: { exception: Exception }) {
  const may = useMay('approve');
  const [asking, setAsking] = useState<Outcome>();
  const { state, kind, reason, compensatingControl, owner, requestedBy } = exception;
  return (
    <li className="stack" style={{ '--gap': '0.35rem' }}>
      <span className="row" style={{ '--gap': '0.25rem 0.6rem' }}>
        <span>
          <Subject exception={exception} />
        </span>
        <Tag>{kind === 'accepted' ? 'Acceptance' : 'Not affected'}</Tag>
        <Tag tone={STATES[state].tone}>{STATES[state].word}</Tag>
      </span>
      <p className="wrap-anywhere">{reason}</p>
      {compensatingControl !== '' && (
        <p className="soft wrap-anywhere">Meanwhile: {compensatingControl}</p>
      )}
      <p className="soft small">
        Asked for by {requestedBy.name}, <Time at={exception.requestedAt} />; {owner.name} answers
        for it; until {formatDay(exception.expiresAt)}
        {exception.decidedBy !== null && `; decided by ${exception.decidedBy.name}`}.
      </p>
      {may && state === 'requested' && (
        <div className="row" style={{ '--gap': '0.5rem' }}>
          <Button compact look="primary" onClick={() => setAsking('active')}>
            Agree…
          </Button>
          <Button compact onClick={() => setAsking('rejected')}>
            Refuse…
          </Button>
        </div>
      )}
      {may && state === 'active' && (
        <div>
          <Button compact onClick={() => setAsking('withdrawn')}>
            Withdraw…
          </Button>
        </div>
      )}
      {asking !== undefined && (
        <Decide exception={exception} outcome={asking} close={() => setAsking(undefined)} />
      )}
    </li>
  );
}
