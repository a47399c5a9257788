import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { plural } from '../../ui/format.ts';
import { ProblemNote } from '../../ui/problem.tsx';
import { tell } from '../../ui/toast.tsx';

/** Asks once more before a channel goes, with what waits in it. */
export function DeleteChannel({
  channel: { id, name, pending },
  close,
}: {
  channel: Schemas['Channel'];
  close: () => void;
}) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE('/channels/{id}', { params: { path: { id } } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['channels'] });
      tell(`“${name}” is gone.`);
      close();
    },
  });
  return (
    <Dialog
      title={`Delete “${name}”?`}
      close={close}
      submit={() => remove.mutate()}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="danger" busy={remove.isPending}>
            Delete
          </Button>
        </>
      }
    >
      <div className="stack">
        {remove.error !== null && <ProblemNote error={remove.error} />}
        <p>
          {pending > 0
            ? `${plural(pending, 'message')} that still wait for it are not sent.`
            : 'Nothing is told there any more.'}{' '}
          To stop it for a while, edit it and take it out of use.
        </p>
      </div>
    </Dialog>
  );
}
