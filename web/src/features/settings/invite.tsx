import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import type { Role } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem.tsx';
import { listOf } from '../assets/text-list.ts';
import { RoleFields } from './role-fields.tsx';
import { SignInLink } from './shown-once.tsx';

/** Adds somebody, and shows the link they sign in with. */
export function Invite({ close }: { close: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [groups, setGroups] = useState('');
  const [roles, setRoles] = useState<Role[]>(['viewer']);
  const [tried, setTried] = useState(false);
  const nameless = name.trim() === '';
  const invite = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/users', {
          body: {
            name: name.trim(),
            ...(email.trim() === '' ? {} : { email: email.trim() }),
            roles,
            groups: listOf(groups),
          },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['users'] }),
  });
  if (invite.data !== undefined)
    return <SignInLink name={invite.data.user.name} link={invite.data} close={close} />;
  return (
    <Dialog
      title="Invite somebody"
      close={close}
      submit={() => {
        setTried(true);
        if (!nameless && roles.length > 0) invite.mutate();
      }}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" busy={invite.isPending}>
            Make the link
          </Button>
        </>
      }
    >
      <div className="stack">
        {invite.error !== null && <ProblemNote error={invite.error} />}
        <TextField
          label="Name"
          value={name}
          maxLength={200}
          required
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
          wrong={tried && nameless ? 'Say who it is.' : ''}
        />
        <TextField
          label="E-mail (not needed)"
          type="email"
          value={email}
          autoComplete="off"
          onChange={(event) => setEmail(event.target.value)}
          hint="Where e-mail channels reach them."
        />
        <RoleFields
          roles={roles}
          change={setRoles}
          wrong={tried && roles.length === 0 ? 'Give at least one role.' : ''}
        />
        <TextField
          label="Groups (not needed)"
          value={groups}
          placeholder="platform, payments"
          onChange={(event) => setGroups(event.target.value)}
          hint="With commas between them. Policy can ask a group, and a group can own assets."
        />
      </div>
    </Dialog>
  );
}
