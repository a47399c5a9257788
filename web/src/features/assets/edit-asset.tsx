import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem.tsx';
import { tell } from '../../ui/toast.tsx';
import { assetQuery } from './queries.ts';
import { labelsOf, labelsText, listOf } from './text-list.ts';

/** An empty field takes the value away. */
function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

/** How it is watched and who owns it. */
export function EditAsset({ asset, close }: { asset: Schemas['Asset']; close: () => void }) {
  const client = useQueryClient();
  const [values, setValues] = useState({
    name: asset.name,
    branch: asset.branch ?? '',
    credential: asset.credential ?? '',
    schedule: asset.schedule ?? '',
    owners: asset.owners.join(', '),
    labels: labelsText(asset.labels),
  });
  const save = useMutation({
    mutationFn: () =>
      unwrap(
        api.PATCH('/assets/{id}', {
          params: { path: { id: asset.id } },
          body: {
            name: values.name.trim(),
            branch: orNull(values.branch),
            credential: orNull(values.credential),
            schedule: orNull(values.schedule),
            owners: listOf(values.owners),
            labels: labelsOf(values.labels),
          },
        }),
      ),
    onSuccess: (after) => {
      client.setQueryData(assetQuery(asset.id).queryKey, after);
      void client.invalidateQueries({ queryKey: ['assets'] });
      tell('Saved.');
      close();
    },
  });
  const field = (name: keyof typeof values) => ({
    name,
    value: values[name],
    spellCheck: false,
    onChange: (event: { target: { value: string } }) =>
      setValues({ ...values, [name]: event.target.value }),
  });
  return (
    <Dialog
      title={`Edit ${asset.name}`}
      close={close}
      submit={() => save.mutate()}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            busy={save.isPending}
            disabledBecause={values.name.trim() === '' ? 'It needs a name' : undefined}
          >
            Save
          </Button>
        </>
      }
    >
      <div className="stack">
        {save.error !== null && <ProblemNote error={save.error} />}
        <TextField {...field('name')} label="Name" required maxLength={200} />
        {asset.kind === 'repository' && (
          <div className="form-grid">
            <TextField {...field('branch')} label="Branch" placeholder="the default one" />
            <TextField
              {...field('credential')}
              label="Credential"
              placeholder="env:GIT_TOKEN"
              hint="env:NAME or file:PATH"
            />
          </div>
        )}
        <TextField
          {...field('schedule')}
          label="Scan at"
          placeholder="0 3 * * *"
          hint="Cron, UTC; empty: as everything else."
        />
        <TextField {...field('owners')} label="Owners" hint="With commas between them." />
        <TextArea {...field('labels')} label="Labels" hint="One name=value a line." rows={3} />
      </div>
    </Dialog>
  );
}
