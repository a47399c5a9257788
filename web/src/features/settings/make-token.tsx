import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import type { Permission } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choice, TextField } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem.tsx';
import { PERMISSION_MEANS, PERMISSIONS } from './role-words.ts';
import { ShownOnce } from './shown-once.tsx';

const MOST_DAYS = 365;

/** Makes a token of one's own, and shows it. */
export function MakeToken({ close }: { close: () => void }) {
  const client = useQueryClient();
  const mine = useSession()?.permissions ?? [];
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Permission[]>(['read']);
  const [days, setDays] = useState('90');
  const [tried, setTried] = useState(false);
  const life = Number(days);
  const wrong = {
    name: name.trim() === '' ? 'Say what it is for.' : '',
    scopes: scopes.length === 0 ? 'Let it do at least one thing.' : '',
    days: Number.isInteger(life) && life >= 1 && life <= MOST_DAYS ? '' : `From 1 to ${MOST_DAYS}.`,
  };
  const make = useMutation({
    mutationFn: () =>
      unwrap(api.POST('/tokens', { body: { name: name.trim(), scopes, days: life } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  if (make.data !== undefined) {
    const { secret, token } = make.data;
    return (
      <ShownOnce
        title={`Token “${token.name}”`}
        secret={secret}
        expiresAt={token.expiresAt}
        close={close}
      >
        <p className="soft">
          The command line takes it from <code>SUTURE_TOKEN</code>; requests send it as{' '}
          <code>Authorization: Bearer …</code>
        </p>
      </ShownOnce>
    );
  }
  return (
    <Dialog
      title="Make a token"
      close={close}
      submit={() => {
        setTried(true);
        if (Object.values(wrong).every((text) => text === '')) make.mutate();
      }}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" busy={make.isPending}>
            Make it
          </Button>
        </>
      }
    >
      <div className="stack">
        {make.error !== null && <ProblemNote error={make.error} />}
        <TextField
          label="What it is for"
          value={name}
          placeholder="ci of storefront"
          maxLength={100}
          required
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
          wrong={tried ? wrong.name : ''}
        />
        <fieldset aria-describedby="scopes-hint">
          <legend>What it may do</legend>
          {PERMISSIONS.filter((permission) => mine.includes(permission)).map((permission) => (
            <Choice
              key={permission}
              checked={scopes.includes(permission)}
              label={PERMISSION_MEANS[permission]}
              onChange={({ target }) =>
                setScopes(
                  PERMISSIONS.filter((other) =>
                    other === permission ? target.checked : scopes.includes(other),
                  ),
                )
              }
            />
          ))}
          <div className="field" id="scopes-hint">
            {tried && wrong.scopes !== '' && <span className="wrong">{wrong.scopes}</span>}
            <span className="hint">
              At most what you may do; what is taken from you is taken from it.
            </span>
          </div>
        </fieldset>
        <TextField
          label="Days until it ends"
          type="number"
          inputMode="numeric"
          min={1}
          max={MOST_DAYS}
          value={days}
          onChange={(event) => setDays(event.target.value)}
          wrong={tried ? wrong.days : ''}
        />
      </div>
    </Dialog>
  );
}
