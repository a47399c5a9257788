import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { AssetActions } from '../features/assets/asset-actions.tsx';
// oxlint-disable-next-line import/no-unassigned-import -- styles are their own effect
import '../features/assets/assets.css';
import { Components } from '../features/assets/components.tsx';
import { ContextCard } from '../features/assets/context-card.tsx';
import { Dependencies } from '../features/assets/dependencies.tsx';
import { PushHook, Watched } from '../features/assets/facts.tsx';
import { assetQuery } from '../features/assets/queries.ts';
import { Runs } from '../features/assets/runs.tsx';
import { KIND_WORDS } from '../features/assets/search.ts';
import { BackTo } from '../features/back.tsx';
import { formatNumber } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { PartLink } from '../ui/part-link.tsx';
import { LoadFailed } from '../ui/problem.tsx';
import { Loading } from '../ui/skeleton.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { Tag } from '../ui/tag.tsx';

const route = getRouteApi('/shell/assets/$assetId');

/** One asset: what it is, what is on it, what was done about it. */
export function AssetPage() {
  const { assetId } = route.useParams();
  const { tab, text } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: asset, error, refetch } = useQuery(assetQuery(assetId));
  return (
    <Page
      title={asset?.name ?? 'Asset'}
      back={<BackTo path="/assets" label="Assets" />}
      below={
        asset !== undefined && (
          <span className="row soft">
            <Tag>{KIND_WORDS[asset.kind]}</Tag>
            {asset.archivedAt !== null && <Tag tone="attend">Archived</Tag>}
            <span className="wrap-anywhere">{asset.location}</span>
          </span>
        )
      }
      actions={asset !== undefined && <AssetActions asset={asset} />}
    >
      {asset === undefined && error !== null && (
        <LoadFailed error={error} again={() => void refetch()} />
      )}
      {asset === undefined && error === null && <Loading what="the asset" />}
      {asset !== undefined && (
        <>
          <Tabs label="Parts of this asset">
            {(
              [
                [undefined, 'What it is'],
                ['components', 'Components'],
                ['runs', 'Scans and runs'],
                ['dependencies', 'Dependencies'],
              ] as const
            ).map(([value, label]) => (
              <PartLink
                key={label}
                from="/assets/$assetId"
                to="/assets/$assetId"
                search={{ tab: value }}
                active={tab === value}
              >
                {label}
                {value === 'components' && (
                  <span className="count">{formatNumber(asset.components)}</span>
                )}
              </PartLink>
            ))}
          </Tabs>
          {tab === undefined && (
            <div className="detail">
              <div className="stack">
                <ContextCard asset={asset} />
              </div>
              <div className="stack">
                <Watched asset={asset} />
                {asset.pushHook !== null && <PushHook path={asset.pushHook} />}
              </div>
            </div>
          )}
          {tab === 'components' && (
            <Components
              assetId={asset.id}
              text={text}
              search={(next) =>
                void navigate({ search: { tab: 'components', text: next }, replace: true })
              }
            />
          )}
          {tab === 'runs' && <Runs assetId={asset.id} />}
          {tab === 'dependencies' && <Dependencies asset={asset} />}
        </>
      )}
    </Page>
  );
}
