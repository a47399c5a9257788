import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/types.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { formatNumber } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { BandCounts, Scanned } from './columns.tsx';

type Asset = Schemas['Asset'];

/** How it is watched. */
export function Watched({ asset }: { asset: Asset }) {
  return (
    <Card title="How it is watched">
      <dl className="facts">
        <dt>Open findings</dt>
        <dd>
          <BandCounts counts={asset.findings} />{' '}
          <Link to="/findings" search={{ asset: asset.id }} className="small">
            Show them
          </Link>
        </dd>
        <dt>Components</dt>
        <dd>{formatNumber(asset.components)}</dd>
        <dt>Scanned</dt>
        <dd>
          <Scanned asset={asset} />
          {asset.lastScan?.error && (
            <div className="soft small wrap-anywhere">{asset.lastScan.error}</div>
          )}
        </dd>
        {asset.nextScanAt !== null && (
          <>
            <dt>Next scan</dt>
            <dd>
              <Time at={asset.nextScanAt} />{' '}
              {asset.schedule !== null && <code className="faint small">{asset.schedule}</code>}
            </dd>
          </>
        )}
        {asset.branch !== null && (
          <>
            <dt>Branch</dt>
            <dd>
              <code>{asset.branch}</code>{' '}
              {asset.scannedCommit !== null && (
                <code className="faint small" title={asset.scannedCommit}>
                  {asset.scannedCommit.slice(0, 10)}
                </code>
              )}
            </dd>
          </>
        )}
        {asset.folder !== '' && (
          <>
            <dt>Folder</dt>
            <dd>
              <code>{asset.folder}</code>
            </dd>
          </>
        )}
        <dt>Owners</dt>
        <dd>
          {asset.owners.length === 0 ? (
            <span className="attend">none</span>
          ) : (
            asset.owners.join(', ')
          )}
        </dd>
        {Object.keys(asset.labels).length > 0 && (
          <>
            <dt>Labels</dt>
            <dd className="row" style={{ '--gap': '0.3rem' }}>
              {Object.entries(asset.labels).map(([name, value]) => (
                <Tag key={name}>{value === '' ? name : `${name}: ${value}`}</Tag>
              ))}
            </dd>
          </>
        )}
        {asset.credential !== null && (
          <>
            <dt>Credential</dt>
            <dd>
              <code>{asset.credential}</code>
            </dd>
          </>
        )}
        <dt>Registered</dt>
        <dd>
          <Time at={asset.registeredAt} />
        </dd>
      </dl>
    </Card>
  );
}

/** Where a forge may tell of pushes. */
export function PushHook({ path }: { path: string }) {
  const address = new URL(path, window.location.origin).href;
  return (
    <Card title="Scan on push">
      <div className="stack" style={{ '--gap': '0.5rem' }}>
        <p className="soft">
          Let the forge call this address on every push, with the secret that the server was given.
        </p>
        <code className="code wrapped">{address}</code>
        <div>
          <CopyButton text={address} />
        </div>
      </div>
    </Card>
  );
}
