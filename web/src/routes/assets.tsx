import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useMay } from '../api/session.ts';
import { AssetFilters } from '../features/assets/asset-filters.tsx';
import { AssetList } from '../features/assets/asset-list.tsx';
import { AssetMap } from '../features/assets/asset-map.tsx';
// oxlint-disable-next-line import/no-unassigned-import -- styles are their own effect
import '../features/assets/assets.css';
import { ImportMany } from '../features/assets/import-many.tsx';
import { RegisterRepository } from '../features/assets/register-repository.tsx';
import type { AssetsSearch } from '../features/assets/search.ts';
import { UploadSbom } from '../features/assets/upload-sbom.tsx';
import { rememberList } from '../features/back.tsx';
import { Button } from '../ui/button.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { Page } from '../ui/page.tsx';
import { PartLink } from '../ui/part-link.tsx';

const route = getRouteApi('/shell/assets');

/** What is watched: as a list or as a map; and how more of it is registered. */
export function Assets() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay('operate');
  useEffect(() => {
    const { register: _register, ...rest } = search;
    rememberList('/assets', rest);
  }, [search]);
  const change = (part: AssetsSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const clear = (): void =>
    void navigate({ search: ({ view, sort }) => ({ view, sort }), replace: true });
  const close = (): void => change({ register: undefined });
  return (
    <Page
      title="Assets"
      wide
      actions={
        <>
          <div className="segments" role="group" aria-label="Show">
            <PartLink
              from="/assets"
              to="/assets"
              search={(before) => ({ ...before, view: undefined })}
              active={search.view === undefined}
            >
              List
            </PartLink>
            <PartLink
              from="/assets"
              to="/assets"
              search={(before) => ({ ...before, view: 'map' as const })}
              active={search.view === 'map'}
            >
              Map
            </PartLink>
          </div>
          {may && (
            <Disclosure label="More" end>
              <div className="stack" style={{ '--gap': '0.25rem' }}>
                <Button look="quiet" onClick={() => change({ register: 'many' })}>
                  Import a list…
                </Button>
                <Button look="quiet" onClick={() => change({ register: 'sbom' })}>
                  Upload an SBOM…
                </Button>
              </div>
            </Disclosure>
          )}
          {may && (
            <Button look="primary" icon="plus" onClick={() => change({ register: 'repository' })}>
              Register
            </Button>
          )}
        </>
      }
    >
      {search.view === 'map' ? (
        <AssetMap />
      ) : (
        <>
          <AssetFilters search={search} change={change} clear={clear} />
          <AssetList search={search} change={change} clear={clear} />
        </>
      )}
      {may && search.register === 'repository' && <RegisterRepository close={close} />}
      {may && search.register === 'many' && <ImportMany close={close} />}
      {may && search.register === 'sbom' && <UploadSbom close={close} />}
    </Page>
  );
}
