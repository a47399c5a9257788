import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/types.ts';
import { formatNumber, sentence } from '../../ui/format.ts';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import type { Column } from '../../ui/virtual-table.tsx';
import { BANDS } from '../words.ts';
import { KIND_WORDS } from './search.ts';

type Row = Schemas['AssetRow'];

/** How many findings of each band; what there is none of is not shown. */
export function BandCounts({ counts }: { counts: Row['findings'] }) {
  const some = BANDS.filter((band) => counts[band] > 0);
  if (some.length === 0) return <span className="faint">none open</span>;
  return (
    <span className="row" style={{ '--gap': '0.35rem' }}>
      {some.map((band) => (
        <Tag key={band} tone={band === 'track' ? 'plain' : band}>
          {formatNumber(counts[band])} {band}
        </Tag>
      ))}
    </span>
  );
}

/** When it was last looked at, and how that went. */
export function Scanned({ asset }: { asset: Pick<Row, 'scannedAt' | 'lastScan'> }) {
  const { scannedAt, lastScan } = asset;
  if (lastScan?.state === 'failed') {
    return (
      <span className="attend" title={lastScan.error ?? undefined}>
        scan failed
      </span>
    );
  }
  if (lastScan?.state === 'done' && lastScan.error !== null) {
    return (
      <span className="attend" title={lastScan.error}>
        scanned in part
      </span>
    );
  }
  if (lastScan?.state === 'running') return <span className="soft">scanning…</span>;
  if (scannedAt === null) return <span className="attend">never scanned</span>;
  return <Time at={scannedAt} className="soft" />;
}

export const ASSET_COLUMNS: readonly Column<Row>[] = [
  {
    name: 'Risk',
    width: '3rem',
    cell: ({ topScore }) => (
      <span className="score" title="Highest risk score">
        {Math.round(topScore)}
      </span>
    ),
  },
  {
    name: 'Asset',
    width: 'minmax(0, 1.6fr)',
    className: 'main',
    cell: ({ id, name, location, kind }) => (
      <div className="two-lines">
        <Link to="/assets/$assetId" params={{ assetId: id }} className="stretched ellipsis">
          {name}
        </Link>
        <span className="faint small ellipsis">{location ?? KIND_WORDS[kind]}</span>
      </div>
    ),
  },
  {
    name: 'Open findings',
    width: 'minmax(0, 1.35fr)',
    cell: ({ findings }) => <BandCounts counts={findings} />,
  },
  {
    name: 'Context',
    width: 'minmax(0, 1fr)',
    cell: ({ environment, exposure, criticality }) => (
      <div className="two-lines">
        <span>{sentence(environment)}</span>
        <span className="faint small ellipsis">
          {exposure}, tier {criticality}
        </span>
      </div>
    ),
  },
  {
    name: 'Owners',
    width: 'minmax(0, 0.9fr)',
    className: 'narrow-off',
    cell: ({ owners }) => <span className="soft ellipsis-line">{owners.join(', ') || '–'}</span>,
  },
  {
    name: 'Scanned',
    width: '7.5rem',
    cell: (asset) => <Scanned asset={asset} />,
  },
];

export const COMPONENT_COLUMNS: readonly Column<Schemas['InventoryComponent']>[] = [
  {
    name: 'Component',
    width: 'minmax(0, 2fr)',
    className: 'main',
    cell: ({ name, version, purl }) => (
      <span className="ellipsis-line" title={purl}>
        <strong>{name}</strong> <span className="soft">{version}</span>
      </span>
    ),
  },
  {
    name: 'Ecosystem',
    width: '7rem',
    cell: ({ ecosystem }) => <span className="soft">{ecosystem}</span>,
  },
  { name: 'Scope', width: '8rem', cell: ({ scope }) => <span className="soft">{scope}</span> },
  {
    name: 'How',
    width: '7rem',
    cell: ({ direct }) => <span className="soft">{direct ? 'asked for' : 'brought along'}</span>,
  },
  {
    name: 'Findings',
    width: '6rem',
    className: 'number',
    cell: ({ findings }) =>
      findings === 0 ? <span className="faint">–</span> : <strong>{formatNumber(findings)}</strong>,
  },
];
