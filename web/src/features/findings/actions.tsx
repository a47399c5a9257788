import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { tell, tellError } from '../../ui/toast.tsx';
import { ExceptDialog } from './except-dialog.tsx';

/** States in which there is something to be done about a finding. */
const OPEN: ReadonlySet<Schemas['FindingState']> = new Set(['open', 'reopened', 'in-progress']);

/** What can be done about a finding by whoever looks at it. */
export function FindingActions({ finding }: { finding: Schemas['Finding'] }) {
  const mayOperate = useMay('operate');
  const mayApprove = useMay('approve');
  const client = useQueryClient();
  const [asking, setAsking] = useState<'accepted' | 'not-affected'>();
  const remediate = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/remediations', {
          body: { assetId: finding.asset.id, findingIds: [finding.id], avoid: [] },
        }),
      ),
    onSuccess: () => {
      tell('Started. The change appears under Changes when it is proven.');
      void client.invalidateQueries({ queryKey: ['findings'] });
    },
    onError: tellError,
  });
  const closed = finding.state === 'verified-closed';
  return (
    <>
      {mayApprove && !closed && finding.state !== 'not-affected' && (
        <Button onClick={() => setAsking('not-affected')}>Not affected…</Button>
      )}
      {mayApprove && !closed && finding.state !== 'accepted' && (
        <Button onClick={() => setAsking('accepted')}>Accept…</Button>
      )}
      {finding.changeId !== null && finding.state === 'awaiting-approval' && (
        <ButtonLink
          to="/changes/$changeId"
          params={{ changeId: finding.changeId }}
          look="primary"
          icon="change"
        >
          Look at the change
        </ButtonLink>
      )}
      {mayOperate && OPEN.has(finding.state) && (
        <Button
          look="primary"
          icon="play"
          busy={remediate.isPending}
          disabledBecause={
            finding.state === 'in-progress' ? 'It is being worked on already' : undefined
          }
          onClick={() => remediate.mutate()}
        >
          Remediate now
        </Button>
      )}
      {asking !== undefined && (
        <ExceptDialog finding={finding} kind={asking} close={() => setAsking(undefined)} />
      )}
    </>
  );
}
