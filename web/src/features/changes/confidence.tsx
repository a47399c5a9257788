import type { Schemas } from '../../api/types.ts';
import { FactorBars } from '../../ui/factor-bars.tsx';
import { formatShare } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';

/** How sure it is that the change closes its findings and breaks nothing, and what speaks for it. */
export function Confidence({ confidence }: { confidence: Schemas['Confidence'] }) {
  const { value, interval, factors, model } = confidence;
  const [from = value, to = value] = interval;
  return (
    <Card title="Confidence" aside={model}>
      <div className="stack">
        <div className="gauge">
          <span className="value">{formatShare(value)}</span>
          <div
            className="scale"
            style={{ '--share': value, '--from': from, '--to': to }}
            aria-hidden="true"
          >
            <span className="interval" />
            <span className="mean" />
          </div>
          <span className="soft small">
            Between {formatShare(from)} and {formatShare(to)}, nine times in ten
          </span>
        </div>
        <FactorBars factors={factors} label="Factors of confidence" verbatim />
      </div>
    </Card>
  );
}
