import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { FileField } from '../../ui/file-field.tsx';
import { plural } from '../../ui/format.ts';
import { ProblemNote } from '../../ui/problem.tsx';
import { tell } from '../../ui/toast.tsx';
import { ContextFields, type ContextInput } from './context-fields.tsx';
import { listOf } from './text-list.ts';

/** The document of a file; undefined when it is no JSON object. */
function documentOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Watches what an SBOM lists; a later upload under the same name replaces it. */
export function UploadSbom({ close }: { close: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [owners, setOwners] = useState('');
  const [document, setDocument] = useState<Record<string, unknown>>();
  const [wrongFile, setWrongFile] = useState(false);
  const [context, setContext] = useState<ContextInput>({});
  const upload = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/assets/sbom', {
          body: { name: name.trim(), document: document ?? {}, owners: listOf(owners), context },
        }),
      ),
    onSuccess: async ({ asset, components }) => {
      void client.invalidateQueries({ queryKey: ['assets'] });
      tell(`${plural(components, 'component')} taken in; they are matched now.`);
      await navigate({ to: '/assets/$assetId', params: { assetId: asset.id } });
    },
  });
  return (
    <Dialog
      title="Upload an SBOM"
      close={close}
      submit={() => upload.mutate()}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            busy={upload.isPending}
            disabledBecause={
              document === undefined
                ? 'Choose a file first'
                : name.trim() === ''
                  ? 'Give it a name'
                  : undefined
            }
          >
            Upload
          </Button>
        </>
      }
    >
      <div className="stack">
        <p className="soft">
          CycloneDX or SPDX, as JSON. The same name replaces the document before.
        </p>
        {upload.error !== null && <ProblemNote error={upload.error} />}
        <FileField
          label="Choose or drop a file"
          accept=".json,application/json"
          take={(text, fileName) => {
            const read = documentOf(text);
            setDocument(read);
            setWrongFile(read === undefined);
            if (name === '') setName(fileName.replace(/(\.(cdx|spdx|bom|sbom))?\.json$/i, ''));
          }}
        />
        {wrongFile && (
          <p className="act" role="alert">
            This file is no JSON. Ask the tool that made it for CycloneDX or SPDX as JSON.
          </p>
        )}
        <TextField
          label="Name"
          value={name}
          required
          maxLength={200}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label="Owners"
          value={owners}
          placeholder="web, group:platform"
          onChange={(event) => setOwners(event.target.value)}
        />
        <ContextFields context={context} change={setContext} />
      </div>
    </Dialog>
  );
}
