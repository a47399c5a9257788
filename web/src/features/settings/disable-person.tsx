import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemNote } from '../../ui/problem.tsx';
import { tell } from '../../ui/toast.tsx';
import { useChangePerson } from './use-change-person.ts';

/** Asks once more before somebody is locked out. */
export function DisablePerson({
  user,
  close,
  done,
}: {
  user: Schemas['User'];
  close: () => void;
  done: () => void;
}) {
  const disable = useChangePerson(user.id, () => {
    tell(`${user.name} is locked out.`);
    done();
  });
  return (
    <Dialog
      title={`Disable ${user.name}?`}
      close={close}
      submit={() => disable.mutate({ disabled: true })}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="danger" busy={disable.isPending}>
            Disable
          </Button>
        </>
      }
    >
      <div className="stack">
        {disable.error !== null && <ProblemNote error={disable.error} />}
        <p>
          Their sessions and tokens end at once, and they cannot sign in. What they have decided
          stays in the log; nothing is deleted, and you can let them in again.
        </p>
      </div>
    </Dialog>
  );
}
