import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import type { operations } from '../../api/schema.d.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select, TextArea } from '../../ui/field.tsx';
import { FileField } from '../../ui/file-field.tsx';
import { formatNumber, plural } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { ProblemNote } from '../../ui/problem.tsx';
import { Tag } from '../../ui/tag.tsx';
import { tell } from '../../ui/toast.tsx';

type Imported = operations['postAssetsImport']['responses'][200]['content']['application/json'];

const FORMATS = [
  { value: 'csv', label: 'CSV with a heading line' },
  { value: 'ansible-ini', label: 'Ansible inventory, INI' },
  { value: 'ansible-yaml', label: 'Ansible inventory, YAML' },
  { value: 'ansible-json', label: 'ansible-inventory --list, JSON' },
] as const;
type Format = (typeof FORMATS)[number]['value'];

const EXAMPLE = `name,location,branch,environment,criticality,owners
shop,https://git.example.com/shop.git,main,production,1,group:web`;

/** What a file's name says of its format. */
function formatOf(name: string): Format {
  if (/\.csv$/i.test(name)) return 'csv';
  if (/\.ya?ml$/i.test(name)) return 'ansible-yaml';
  if (/\.json$/i.test(name)) return 'ansible-json';
  return 'ansible-ini';
}

/** Rows of a preview that are drawn; the rest is counted. */
const SHOWN = 200;

function Preview({ preview }: { preview: Imported }) {
  const { registered, problems } = preview;
  return (
    <div className="stack" style={{ '--gap': '0.75rem' }} role="status">
      {problems.map(({ line, message, severity }) => (
        <div
          key={`${line} ${message}`}
          className={severity === 'error' ? 'note act' : 'note attend'}
        >
          <Icon name="finding" />
          <p className="wrap-anywhere">
            {line !== null && <strong>Line {formatNumber(line)}: </strong>}
            {message}
          </p>
        </div>
      ))}
      <h3>{plural(registered.length, 'asset')} would be registered</h3>
      <ul className="preview">
        {registered.slice(0, SHOWN).map(({ name, existed }) => (
          <li key={name} className="row">
            <span className="wrap-anywhere">{name}</span>
            {existed && <Tag>known already</Tag>}
          </li>
        ))}
      </ul>
      {registered.length > SHOWN && (
        <p className="soft">and {formatNumber(registered.length - SHOWN)} more</p>
      )}
    </div>
  );
}

/** Registers many assets from a list: first only to see what would come of it. */
export function ImportMany({ close }: { close: () => void }) {
  const client = useQueryClient();
  const [format, setFormat] = useState<Format>('csv');
  const [text, setText] = useState('');
  const send = (dryRun: boolean) =>
    unwrap(api.POST('/assets/import', { body: { format, text, dryRun } }));
  const look = useMutation({ mutationFn: () => send(true) });
  const register = useMutation({
    mutationFn: () => send(false),
    onSuccess: ({ registered }) => {
      void client.invalidateQueries({ queryKey: ['assets'] });
      void client.invalidateQueries({ queryKey: ['overview'] });
      tell(`${plural(registered.length, 'asset')} registered.`);
      close();
    },
  });
  const change = (next: { format?: Format; text?: string }): void => {
    if (next.format !== undefined) setFormat(next.format);
    if (next.text !== undefined) setText(next.text);
    look.reset();
  };
  const error = look.error ?? register.error;
  return (
    <Dialog
      title="Import a list"
      wide
      close={close}
      submit={() => (look.data === undefined ? look.mutate() : register.mutate())}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            busy={look.isPending || register.isPending}
            disabledBecause={
              text.trim() === ''
                ? 'Give a list first'
                : look.data?.registered.length === 0
                  ? 'There is nothing to register'
                  : undefined
            }
          >
            {look.data === undefined
              ? 'Look what would come of it'
              : `Register ${formatNumber(look.data.registered.length)}`}
          </Button>
        </>
      }
    >
      <div className="stack">
        {error !== null && <ProblemNote error={error} />}
        <Select
          label="Format"
          value={format}
          options={FORMATS}
          onChange={({ target }) => {
            const chosen = FORMATS.find(({ value }) => value === target.value)?.value;
            if (chosen !== undefined) change({ format: chosen });
          }}
        />
        <FileField
          label="Choose or drop a file"
          accept=".csv,.ini,.yml,.yaml,.json,.txt"
          take={(content, name) => change({ text: content, format: formatOf(name) })}
        />
        <TextArea
          label="Or paste it"
          rows={8}
          code
          placeholder={EXAMPLE}
          value={text}
          spellCheck={false}
          onChange={(event) => change({ text: event.target.value })}
        />
        {look.data !== undefined && <Preview preview={look.data} />}
      </div>
    </Dialog>
  );
}
