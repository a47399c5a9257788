import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { tell, tellError } from '../../ui/toast.tsx';
import { EditAsset } from './edit-asset.tsx';
import { assetQuery } from './queries.ts';

/** What can be done with an asset by whoever looks at it. */
export function AssetActions({ asset }: { asset: Schemas['Asset'] }) {
  const may = useMay('operate');
  const client = useQueryClient();
  const [editing, setEditing] = useState(false);
  const path = { id: asset.id };
  const refresh = (): void => {
    void client.invalidateQueries({ queryKey: ['assets'] });
    void client.invalidateQueries({ queryKey: ['runs'] });
  };
  const scan = useMutation({
    mutationFn: () => unwrap(api.POST('/assets/{id}/scan', { params: { path } })),
    onSuccess: () => {
      tell('The scan has started; what it finds appears here.');
      refresh();
    },
    onError: tellError,
  });
  const remediate = useMutation({
    mutationFn: () =>
      unwrap(api.POST('/remediations', { body: { assetId: asset.id, findingIds: [], avoid: [] } })),
    onSuccess: () => {
      tell('Started. The changes appear under Changes when they are proven.');
      refresh();
    },
    onError: tellError,
  });
  const archive = useMutation({
    mutationFn: (archived: boolean) =>
      unwrap(api.PATCH('/assets/{id}', { params: { path }, body: { archived } })),
    onSuccess: (after) => {
      client.setQueryData(assetQuery(asset.id).queryKey, after);
      tell(after.archivedAt === null ? 'Watched again.' : 'Archived: it is not watched any more.');
      refresh();
    },
    onError: tellError,
  });
  if (!may) return null;
  const archived = asset.archivedAt !== null;
  return (
    <>
      <Disclosure label="More" end>
        <div className="stack" style={{ '--gap': '0.25rem' }}>
          <Button look="quiet" onClick={() => setEditing(true)}>
            Edit…
          </Button>
          <Button look="quiet" busy={archive.isPending} onClick={() => archive.mutate(!archived)}>
            {archived ? 'Watch it again' : 'Archive'}
          </Button>
        </div>
      </Disclosure>
      {!archived && asset.kind === 'repository' && (
        <Button icon="play" busy={remediate.isPending} onClick={() => remediate.mutate()}>
          Remediate all
        </Button>
      )}
      {!archived && (
        <Button
          look="primary"
          icon="refresh"
          busy={scan.isPending || asset.lastScan?.state === 'running'}
          onClick={() => scan.mutate()}
        >
          Scan now
        </Button>
      )}
      {editing && <EditAsset asset={asset} close={() => setEditing(false)} />}
    </>
  );
}
