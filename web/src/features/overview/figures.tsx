import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../api/types.ts';
import { formatNumber } from '../../ui/format.ts';
import { BANDS } from '../words.ts';

const MEANS = { act: 'do it now', attend: 'plan it soon', track: 'with the next update' } as const;

function Figure({ value, label, note }: { value: string; label: ReactNode; note: string }) {
  return (
    <>
      <span className="value">{value}</span>
      <span className="label">{label}</span>
      <span className="note-line">{note}</span>
    </>
  );
}

/** How many there are, of what matters; each leads to them. */
export function Figures({
  now,
  environment,
}: {
  now: Schemas['Overview']['now'];
  environment: Schemas['Environment'] | undefined;
}) {
  const where = environment === undefined ? {} : { environment: [environment] };
  return (
    <ul className="figures card" aria-label="Open findings">
      {BANDS.map((band) => (
        <li key={band}>
          <Link
            to="/findings"
            search={{ band: [band], ...where }}
            className={now[band] > 0 ? `figure ${band}` : 'figure'}
          >
            <Figure
              value={formatNumber(now[band])}
              label={band.slice(0, 1).toUpperCase() + band.slice(1)}
              note={MEANS[band]}
            />
          </Link>
        </li>
      ))}
      <li>
        <Link to="/findings" search={{ state: ['verified-closed'], ...where }} className="figure">
          <Figure value={formatNumber(now.closedLast7Days)} label="Closed" note="in seven days" />
        </Link>
      </li>
      <li>
        <Link to="/findings" search={{ state: ['accepted'], ...where }} className="figure">
          <Figure value={formatNumber(now.accepted)} label="Accepted" note="until they expire" />
        </Link>
      </li>
      <li>
        <Link to="/assets" className="figure">
          <Figure
            value={formatNumber(now.assets)}
            label="Assets"
            note={
              now.assetsNeverScanned > 0
                ? `${formatNumber(now.assetsNeverScanned)} never scanned`
                : 'all scanned'
            }
          />
        </Link>
      </li>
    </ul>
  );
}
