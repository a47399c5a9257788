import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ProblemNote } from '../../ui/problem.tsx';
import { tell } from '../../ui/toast.tsx';
import { listOf } from '../assets/text-list.ts';
import { DisablePerson } from './disable-person.tsx';
import { RoleFields } from './role-fields.tsx';
import { SignInLink } from './shown-once.tsx';
import { useChangePerson } from './use-change-person.ts';

type User = Schemas['User'];

/** Whoever is not known to an identity provider, and signs in by link. */
export function isLocal({ issuer }: User): boolean {
  return issuer === 'local';
}

/** What somebody may do, how they get in, and the end of it. */
export function EditPerson({ user, close }: { user: User; close: () => void }) {
  const session = useSession();
  const [disabling, setDisabling] = useState(false);
  const renew = useMutation({
    mutationFn: () =>
      unwrap(api.POST('/users/{id}/sign-in', { params: { path: { id: user.id } } })),
  });
  if (renew.data !== undefined)
    return <SignInLink name={user.name} link={renew.data} close={close} />;
  if (disabling)
    return <DisablePerson user={user} close={() => setDisabling(false)} done={close} />;
  return (
    <PersonForm
      user={user}
      self={session?.user.id === user.id}
      close={close}
      disable={() => setDisabling(true)}
      renew={() => renew.mutate()}
      renewing={renew.isPending}
      failed={renew.error}
    />
  );
}

function PersonForm({
  user,
  self,
  close,
  disable,
  renew,
  renewing,
  failed,
}: {
  user: User;
  self: boolean;
  close: () => void;
  disable: () => void;
  renew: () => void;
  renewing: boolean;
  failed: Error | null;
}) {
  const [roles, setRoles] = useState(user.roles);
  const [email, setEmail] = useState(user.email ?? '');
  const [groups, setGroups] = useState(user.groups.join(', '));
  const local = isLocal(user);
  const save = useChangePerson(user.id, () => {
    tell(`Saved what ${user.name} may do.`);
    close();
  });
  const enable = useChangePerson(user.id, () => {
    tell(`${user.name} may come in again.`);
    close();
  });
  const error = save.error ?? enable.error ?? failed;
  const disabled = user.disabledAt !== null;
  const givesUp = self && user.roles.includes('admin') && !roles.includes('admin');
  return (
    <Dialog
      title={user.name}
      close={close}
      submit={() =>
        save.mutate({
          roles,
          // The identity provider says the rest at every sign-in.
          ...(local
            ? { email: email.trim() === '' ? null : email.trim(), groups: listOf(groups) }
            : {}),
        })
      }
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" busy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <div className="stack">
        {error !== null && <ProblemNote error={error} />}
        <RoleFields roles={roles} change={setRoles} />
        {givesUp && (
          <div className="note attend">
            <Icon name="info" />
            <p>That is you: you could not administer any more.</p>
          </div>
        )}
        {local ? (
          <div className="form-grid">
            <TextField
              label="Groups"
              value={groups}
              onChange={(event) => setGroups(event.target.value)}
              hint="With commas between them."
            />
            <TextField
              label="E-mail"
              type="email"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          </div>
        ) : (
          <p className="soft">
            Comes from <code>{user.issuer}</code>, which says name, e-mail and groups
            {user.groups.length > 0 && ` (${user.groups.join(', ')})`}; where its groups give roles,
            those count from the next sign-in on.
          </p>
        )}
        <section aria-label="Signing in" className="sub-part">
          <h3>Signing in</h3>
          <div className="row">
            {local && !disabled && (
              <Button icon="link" busy={renewing} onClick={renew}>
                Make a new link
              </Button>
            )}
            {disabled ? (
              <Button busy={enable.isPending} onClick={() => enable.mutate({ disabled: false })}>
                Let them in again
              </Button>
            ) : (
              <Button
                onClick={disable}
                disabledBecause={self ? 'That is you; another admin can do it' : undefined}
              >
                Disable…
              </Button>
            )}
          </div>
        </section>
      </div>
    </Dialog>
  );
}
