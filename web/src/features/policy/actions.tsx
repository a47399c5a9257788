import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useMay, useSession } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/field.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { tell } from '../../ui/toast.tsx';

type Version = Schemas['PolicyVersion'];

/** Keeps what is in the editor as a draft. */
export function SaveDraft({
  document,
  disabledBecause,
  saved,
}: {
  document: string;
  disabledBecause: string | undefined;
  saved: () => void;
}) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay('administer');
  const [asking, setAsking] = useState(false);
  const save = useMutation({
    mutationFn: (note: string) =>
      unwrap(api.POST('/policy/versions', { body: { document, note } })),
    onSuccess: async ({ number }) => {
      void client.invalidateQueries({ queryKey: ['policy'] });
      tell(`Saved as version ${number}. Somebody else can review it now.`);
      setAsking(false);
      saved();
      await navigate({ to: '/policy', search: { version: number } });
    },
  });
  return (
    <>
      <Button
        look="primary"
        disabledBecause={may ? disabledBecause : 'It takes the role admin to keep a draft'}
        onClick={() => setAsking(true)}
      >
        Save draft…
      </Button>
      {asking && (
        <ReasonDialog
          title="Save draft"
          explain="A draft decides nothing. It comes into force when somebody else has reviewed it."
          least={0}
          busy={save.isPending}
          error={save.error}
          close={() => setAsking(false)}
          submit={(note) => save.mutate(note)}
        />
      )}
    </>
  );
}

/** Somebody else has read a draft and agrees. */
export function Review({ version }: { version: Version }) {
  const client = useQueryClient();
  const session = useSession();
  const may = useMay('approve');
  const [asking, setAsking] = useState(false);
  const review = useMutation({
    mutationFn: (reason: string) =>
      unwrap(
        api.POST('/policy/versions/{number}/review', {
          params: { path: { number: version.number } },
          body: { reason },
        }),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['policy'] });
      tell('Reviewed. An admin can put it into force now.');
      setAsking(false);
    },
  });
  if (version.state !== 'draft' || version.reviewedAt !== null) return null;
  const own = version.author?.id === session?.user.id;
  return (
    <>
      <Button
        icon="check"
        disabledBecause={
          own
            ? 'Somebody else must review your draft'
            : may
              ? undefined
              : 'It takes the role approver'
        }
        onClick={() => setAsking(true)}
      >
        Review…
      </Button>
      {asking && (
        <ReasonDialog
          title={`Agree to version ${version.number}`}
          explain="You have read it and agree. It is written down."
          least={0}
          busy={review.isPending}
          error={review.error}
          close={() => setAsking(false)}
          submit={(reason) => review.mutate(reason)}
        />
      )}
    </>
  );
}

/** Puts a reviewed draft, or an earlier version, into force. */
export function Activate({ version }: { version: Version }) {
  const client = useQueryClient();
  const may = useMay('administer');
  const [asking, setAsking] = useState(false);
  const [withoutReview, setWithoutReview] = useState(false);
  const activate = useMutation({
    mutationFn: (reason: string) =>
      unwrap(
        api.POST('/policy/versions/{number}/activate', {
          params: { path: { number: version.number } },
          body: { reason, withoutReview },
        }),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['policy'] });
      tell(`Version ${version.number} is in force.`);
      setAsking(false);
    },
  });
  if (version.state === 'active' || !may) return null;
  const unreviewed = version.state === 'draft' && version.reviewedAt === null;
  return (
    <>
      <Button look="primary" onClick={() => setAsking(true)}>
        Put into force…
      </Button>
      {asking && (
        <ReasonDialog
          title="Put into force"
          explain={`From now on, version ${version.number} decides. It is written down.`}
          least={1}
          busy={activate.isPending}
          error={activate.error}
          close={() => setAsking(false)}
          submit={(reason) => activate.mutate(reason)}
        >
          {unreviewed && (
            <Choice
              checked={withoutReview}
              onChange={(event) => setWithoutReview(event.target.checked)}
              label="Nobody else could review it; this stands in the decision log"
            />
          )}
        </ReasonDialog>
      )}
    </>
  );
}
