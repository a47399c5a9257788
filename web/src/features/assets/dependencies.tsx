import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/page.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Tag } from '../../ui/tag.tsx';
import { tellError } from '../../ui/toast.tsx';
import { AssetMap } from './asset-map.tsx';
import { assetQuery } from './queries.ts';

type Asset = Schemas['Asset'];
type Other = Asset['dependsOn'][number];

function Others({
  items,
  nothing,
  remove,
}: {
  items: readonly Other[];
  nothing: string;
  remove?: ((id: string) => void) | undefined;
}) {
  if (items.length === 0) return <p className="soft">{nothing}</p>;
  return (
    <ul className="stack" style={{ '--gap': '0.4rem' }}>
      {items.map(({ id, name, environment, source }) => (
        <li key={id} className="row">
          <Link to="/assets/$assetId" params={{ assetId: id }}>
            {name}
          </Link>
          <span className="soft small">{environment}</span>
          <Tag>{source === 'person' ? 'said by a person' : 'inferred'}</Tag>
          {source === 'person' && remove !== undefined && (
            <Button look="quiet" compact icon="close" iconOnly onClick={() => remove(id)}>
              {`Take ${name} away`}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Looks an asset up by its name, to be added. */
function AddOther({ known, add }: { known: ReadonlySet<string>; add: (id: string) => void }) {
  const [text, setText] = useState('');
  const { data } = useQuery({
    queryKey: ['assets', 'pick', text],
    queryFn: () => unwrap(api.GET('/assets', { params: { query: { text, limit: 8 } } })),
    enabled: text !== '',
  });
  const offered = data?.items.filter(({ id }) => !known.has(id)) ?? [];
  return (
    <div className="stack" style={{ '--gap': '0.5rem' }}>
      <SearchBox label="Add: name of an asset" value={text} change={setText} />
      {text !== '' && (
        <div className="row" role="status">
          {offered.map(({ id, name }) => (
            <Button
              key={id}
              compact
              icon="plus"
              onClick={() => {
                add(id);
                setText('');
              }}
            >
              {name}
            </Button>
          ))}
          {data !== undefined && offered.length === 0 && (
            <span className="soft">No other asset has such a name.</span>
          )}
        </div>
      )}
    </div>
  );
}

/** What it needs and what needs it; a person may say what nobody can infer. */
export function Dependencies({ asset }: { asset: Asset }) {
  const may = useMay('operate');
  const client = useQueryClient();
  const said = asset.dependsOn.filter(({ source }) => source === 'person').map(({ id }) => id);
  const save = useMutation({
    mutationFn: (dependsOn: string[]) =>
      unwrap(
        api.PATCH('/assets/{id}', { params: { path: { id: asset.id } }, body: { dependsOn } }),
      ),
    onSuccess: (after) => {
      client.setQueryData(assetQuery(asset.id).queryKey, after);
      void client.invalidateQueries({ queryKey: ['assets', 'map'] });
    },
    onError: tellError,
  });
  return (
    <>
      <div className="form-grid">
        <Card title="It needs">
          <div className="stack">
            <Others
              items={asset.dependsOn}
              nothing="Nothing that is watched."
              remove={may ? (id) => save.mutate(said.filter((other) => other !== id)) : undefined}
            />
            {may && (
              <AddOther
                known={new Set([asset.id, ...asset.dependsOn.map(({ id }) => id)])}
                add={(id) => save.mutate([...said, id])}
              />
            )}
          </div>
        </Card>
        <Card title="Needed by">
          <Others items={asset.neededBy} nothing="Nothing that is watched." />
        </Card>
      </div>
      <AssetMap around={asset.id} />
    </>
  );
}
