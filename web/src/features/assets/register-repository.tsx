import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem.tsx';
import { tell } from '../../ui/toast.tsx';
import { ContextFields, type ContextInput } from './context-fields.tsx';
import { listOf } from './text-list.ts';

/** `git@host:team/shop.git` → `shop` */
function nameOf(location: string): string {
  return (
    location
      .trim()
      .replace(/\/+$/, '')
      .split(/[/:]/)
      .at(-1)
      ?.replace(/\.git$/, '') ?? ''
  );
}

/** Asks what a repository takes to be watched, registers it, and goes there. */
export function RegisterRepository({ close }: { close: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [values, setValues] = useState({
    location: '',
    name: '',
    branch: '',
    folder: '',
    credential: '',
    owners: '',
    schedule: '',
  });
  const [context, setContext] = useState<ContextInput>({});
  const [tried, setTried] = useState(false);
  const missing = values.location.trim() === '';

  const register = useMutation({
    mutationFn: () => {
      const text = (name: 'branch' | 'credential' | 'schedule') =>
        values[name].trim() === '' ? {} : { [name]: values[name].trim() };
      return unwrap(
        api.POST('/assets', {
          body: {
            kind: 'repository',
            location: values.location.trim(),
            name: values.name.trim() || nameOf(values.location),
            folder: values.folder.trim(),
            ...text('branch'),
            ...text('credential'),
            ...text('schedule'),
            owners: listOf(values.owners),
            context,
          },
        }),
      );
    },
    onSuccess: async ({ asset, runId }) => {
      void client.invalidateQueries({ queryKey: ['assets'] });
      void client.invalidateQueries({ queryKey: ['overview'] });
      tell(runId === null ? 'Registered.' : 'Registered; its first scan has started.');
      await navigate({ to: '/assets/$assetId', params: { assetId: asset.id } });
    },
  });

  const field = (name: keyof typeof values) => ({
    name,
    value: values[name],
    spellCheck: false,
    autoCapitalize: 'none',
    onChange: (event: { target: { value: string } }) =>
      setValues({ ...values, [name]: event.target.value }),
  });

  return (
    <Dialog
      title="Register a repository"
      close={close}
      submit={() => {
        setTried(true);
        if (!missing) register.mutate();
      }}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" busy={register.isPending}>
            Register and scan
          </Button>
        </>
      }
    >
      <div className="stack">
        {register.error !== null && <ProblemNote error={register.error} />}
        <TextField
          {...field('location')}
          label="Path or git address"
          placeholder="https://git.example.com/shop.git"
          hint="A path is one on the machine that runs Suture."
          autoFocus
          required
          wrong={tried && missing ? 'Say where it is.' : ''}
        />
        <div className="form-grid">
          <TextField {...field('name')} label="Name" placeholder={nameOf(values.location)} />
          <TextField {...field('branch')} label="Branch" placeholder="the default one" />
        </div>
        <TextField
          {...field('credential')}
          label="Credential"
          placeholder="env:GIT_TOKEN"
          hint="Where it is, never the secret itself: env:NAME or file:PATH."
        />
        <TextField
          {...field('owners')}
          label="Owners"
          placeholder="web, group:platform"
          hint="Groups (group:NAME) or people (user:ID), with commas between; they may be asked for approval."
        />
        <details>
          <summary>Context, folder, schedule</summary>
          <div className="stack" style={{ paddingBlockStart: 'var(--s3)' }}>
            <ContextFields context={context} change={setContext} />
            <div className="form-grid">
              <TextField {...field('folder')} label="Folder" placeholder="the whole repository" />
              <TextField
                {...field('schedule')}
                label="Scan at"
                placeholder="0 3 * * *"
                hint="Cron, UTC; without it daily."
              />
            </div>
          </div>
        </details>
      </div>
    </Dialog>
  );
}
