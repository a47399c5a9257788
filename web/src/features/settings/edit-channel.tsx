import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choice, Select, TextField } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem.tsx';
import { tell } from '../../ui/toast.tsx';
import {
  bodyOf,
  type ChannelComplaints,
  type ChannelForm,
  complaintsOf,
  EMPTY_CHANNEL,
  formOf,
} from './channel-form.ts';
import { CHANNEL_KINDS, type ChannelKind, KIND_WORDS } from './channel-words.ts';
import { ToldAbout } from './told-about.tsx';

/** Adds a channel, or changes one. */
export function EditChannel({
  channel,
  close,
}: {
  channel: Schemas['Channel'] | undefined;
  close: () => void;
}) {
  const client = useQueryClient();
  const [form, setForm] = useState(channel === undefined ? EMPTY_CHANNEL : formOf(channel));
  const [tried, setTried] = useState(false);
  const complaints = complaintsOf(form);
  const save = useMutation({
    mutationFn: () => {
      const body = bodyOf(form);
      return channel === undefined
        ? unwrap(api.POST('/channels', { body }))
        : unwrap(api.PUT('/channels/{id}', { params: { path: { id: channel.id } }, body }));
    },
    onSuccess: ({ name }) => {
      void client.invalidateQueries({ queryKey: ['channels'] });
      tell(`“${name}” is saved. Send a test to see whether it arrives.`);
      close();
    },
  });
  return (
    <Dialog
      title={channel === undefined ? 'Add a channel' : `Edit “${channel.name}”`}
      close={close}
      submit={() => {
        setTried(true);
        if (Object.keys(complaints).length === 0) save.mutate();
      }}
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
        {save.error !== null && <ProblemNote error={save.error} />}
        <Fields
          form={form}
          complaints={tried ? complaints : {}}
          change={(part) => setForm((before) => ({ ...before, ...part }))}
        />
      </div>
    </Dialog>
  );
}

function Fields({
  form,
  complaints,
  change,
}: {
  form: ChannelForm;
  complaints: ChannelComplaints;
  change: (part: Partial<ChannelForm>) => void;
}) {
  const words = KIND_WORDS[form.kind];
  const field = (
    name: 'name' | 'address' | 'credential' | 'sender' | 'recipients' | 'digestMinutes',
  ) => ({
    name,
    value: form[name],
    spellCheck: false,
    autoCapitalize: 'none',
    autoComplete: 'off',
    wrong: complaints[name] ?? '',
    onChange: (event: { target: { value: string } }) => change({ [name]: event.target.value }),
  });
  return (
    <>
      <div className="form-grid">
        <Select
          label="Kind"
          options={CHANNEL_KINDS.map((kind) => ({ value: kind, label: KIND_WORDS[kind].name }))}
          value={form.kind}
          onChange={(event) => change({ kind: event.target.value as ChannelKind })}
        />
        <TextField {...field('name')} label="Name" placeholder="Security room" required />
      </div>
      <TextField {...field('address')} {...words.address} />
      <TextField {...field('credential')} {...words.credential} />
      {form.kind === 'email' && (
        <div className="form-grid">
          <TextField {...field('sender')} label="From" placeholder="suture@example.com" required />
          <TextField
            {...field('recipients')}
            label="To, beside people"
            placeholder="security@example.com"
            hint="Get what is for nobody in particular."
          />
        </div>
      )}
      <ToldAbout all={form.all} kinds={form.kinds} wrong={complaints.kinds} change={change} />
      <TextField
        {...field('digestMinutes')}
        label="Minutes between digests"
        type="number"
        inputMode="numeric"
        min={1}
        hint="What needs somebody now is sent at once."
      />
      <Choice
        label="In use"
        checked={form.enabled}
        onChange={({ target }) => change({ enabled: target.checked })}
      />
    </>
  );
}
