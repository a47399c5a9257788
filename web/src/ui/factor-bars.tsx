import { formatDecimal } from './format.ts';

interface Factor {
  readonly name: string;
  readonly value: string;
  readonly contribution?: number | undefined;
  readonly source?: string;
}

function signed(value: number): string {
  const text = formatDecimal(Math.abs(value));
  return value < 0 ? `−${text}` : `+${text}`;
}

/**
 * What speaks for and against, as bars to the right and left of a line; strongest first. The
 * numbers stand beside the bars, so nothing is said by their length alone.
 */
export function FactorBars({
  factors,
  label,
  good = 'right',
}: {
  factors: readonly Factor[];
  label: string;
  /** Which side is the good one: of risk the left, of confidence the right. */
  good?: 'left' | 'right';
}) {
  const largest = Math.max(0.01, ...factors.map(({ contribution = 0 }) => Math.abs(contribution)));
  const sorted = factors.toSorted(
    (a, b) => Math.abs(b.contribution ?? 0) - Math.abs(a.contribution ?? 0),
  );
  return (
    <ul className="factors" aria-label={label}>
      {sorted.map(({ name, value, contribution = 0, source }) => {
        const isGood = contribution === 0 || contribution < 0 === (good === 'left');
        return (
          <li key={`${name} ${value}`}>
            <span className="factor-name">
              {name} <span className="soft">{value}</span>
            </span>
            <span
              className={isGood ? 'factor-bar good' : 'factor-bar bad'}
              style={{ '--share': contribution / largest }}
              data-side={contribution < 0 ? 'left' : 'right'}
              aria-hidden="true"
            />
            <span className="number">{contribution === 0 ? '0' : signed(contribution)}</span>
            {source !== undefined && <span className="factor-source faint small">{source}</span>}
          </li>
        );
      })}
    </ul>
  );
}
