import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/types.ts';
import { formatNumber } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { Tag } from '../../ui/tag.tsx';

/** Where to look first. */
export function Riskiest({ assets }: { assets: Schemas['Overview']['riskiest'] }) {
  return (
    <Card title="Riskiest assets" flush aside={<Link to="/assets">All assets</Link>}>
      {assets.length === 0 ? (
        <p className="soft card-words">No asset has open findings.</p>
      ) : (
        <ul className="lines">
          {assets.map(({ asset, topScore, act, attend }) => (
            <li key={asset.id} className="line">
              <div className="ellipsis-block">
                <Link
                  to="/assets/$assetId"
                  params={{ assetId: asset.id }}
                  className="stretched ellipsis"
                >
                  {asset.name}
                </Link>
                <div className="soft small">{asset.environment}</div>
              </div>
              <div className="end">
                {act > 0 && <Tag tone="act">{formatNumber(act)} act</Tag>}
                {attend > 0 && <Tag tone="attend">{formatNumber(attend)} attend</Tag>}
                <span className="score" title="Highest risk score">
                  {Math.round(topScore)}
                </span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
