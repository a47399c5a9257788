import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Card } from '../../ui/page.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { type Verdict, VoteDialog } from './vote-dialog.tsx';

type Approval = Schemas['Approval'];

const VERDICTS = {
  approve: { word: 'approved', tone: 'good' },
  reject: { word: 'rejected', tone: 'act' },
  'request-changes': { word: 'asked for changes', tone: 'attend' },
} as const;

/** `role:approver` → `approvers`; `owners` → `owners of the asset`; others as they are. */
function whoIs(approver: string): string {
  const [kind, name] = approver.split(':', 2);
  if (kind === 'role' && name !== undefined) return `${name}s`;
  if (kind === 'group' && name !== undefined) return `group ${name}`;
  return approver === 'owners' ? 'owners of the asset' : approver;
}

function Votes({ votes }: { votes: Approval['votes'] }) {
  if (votes.length === 0) return <p className="soft">Nobody has answered yet.</p>;
  return (
    <ul className="stack" style={{ '--gap': '0.75rem' }} aria-label="Answers so far">
      {votes.map(({ by, verdict, reason, avoid, at }) => (
        <li key={`${by.id} ${at}`} className="vote">
          <span className="row" style={{ '--gap': '0.25rem 0.5rem' }}>
            <strong>{by.name}</strong>
            <Tag tone={VERDICTS[verdict].tone}>{VERDICTS[verdict].word}</Tag>
            <Time at={at} className="faint small" />
          </span>
          {reason !== '' && <p className="soft wrap-anywhere">{reason}</p>}
          {avoid.length > 0 && <p className="soft small">Leave alone: {avoid.join(', ')}</p>}
        </li>
      ))}
    </ul>
  );
}

/** Who has agreed, who is asked and until when; and the buttons to answer. */
export function ApprovalCard({ change }: { change: Schemas['Change'] }) {
  const [asking, setAsking] = useState<Verdict>();
  const mayApprove = useMay('approve');
  const { approval } = change;
  if (approval === null) return null;
  const waiting = approval.state === 'waiting';
  const missing = Math.max(0, approval.quorum - approval.approvals);
  return (
    <Card title={waiting ? 'Waits for approval' : 'Approval'}>
      <div className="stack">
        <p>
          <strong>
            {approval.approvals} of {approval.quorum}
          </strong>{' '}
          <span className="soft">
            needed from {approval.approvers.map(whoIs).join(', ')}
            {waiting && (
              <>
                ; asked <Time at={approval.requestedAt} />
              </>
            )}
          </span>
        </p>
        <Votes votes={approval.votes} />
        {waiting && (
          <p className="soft small">
            {approval.nextEscalationAt !== null && (
              <>
                More people are asked <Time at={approval.nextEscalationAt} />.{' '}
              </>
            )}
            It lapses <Time at={approval.expiresAt} />.
          </p>
        )}
        {waiting && approval.mayVote && (
          <div className="stack" style={{ '--gap': '0.5rem' }}>
            <Button look="primary" icon="check" onClick={() => setAsking('approve')}>
              Approve
            </Button>
            <div className="row" style={{ '--gap': '0.5rem' }}>
              <Button onClick={() => setAsking('request-changes')}>Ask for changes…</Button>
              <Button onClick={() => setAsking('reject')}>Reject…</Button>
            </div>
          </div>
        )}
        {waiting && !approval.mayVote && (
          <div className="note">
            <Icon name="info" />
            <p>
              {approval.whyNot ??
                (mayApprove
                  ? 'Your answer would not count here.'
                  : 'It takes the role approver to answer.')}
            </p>
          </div>
        )}
        {asking !== undefined && (
          <VoteDialog
            change={change}
            verdict={asking}
            missing={missing}
            close={() => setAsking(undefined)}
          />
        )}
      </div>
    </Card>
  );
}
