import { formatSigned, plural, sentence } from './format.ts';

interface Factor {
  readonly name: string;
  readonly value: string;
  readonly contribution?: number | undefined;
  readonly source?: string;
}

interface FactorBarsProps {
  readonly factors: readonly Factor[];
  readonly label: string;
  /** Which side is the good one: of risk the left, of confidence the right. */
  readonly good?: 'left' | 'right';
  /** The names are names of packages or the like: shown as they are. */
  readonly verbatim?: boolean;
}

/**
 * What speaks for and against, as bars to the right and left of a line; strongest first. The
 * numbers stand beside the bars, so nothing is said by their length alone. What makes no difference
 * is folded.
 */
export function FactorBars({ factors, label, good = 'right', verbatim = false }: FactorBarsProps) {
  const nameOf = (name: string): string => (verbatim ? name : sentence(name));
  const weight = ({ contribution = 0 }: Factor): number => Math.abs(contribution);
  const counting = factors
    .filter((factor) => weight(factor) > 0)
    .sort((a, b) => weight(b) - weight(a));
  const rest = factors.filter((factor) => weight(factor) === 0);
  const largest = Math.max(...counting.map(weight), Number.MIN_VALUE);
  return (
    <>
      <ul className="factors" aria-label={label}>
        {counting.map((factor) => (
          <FactorLine
            key={`${factor.name} ${factor.value}`}
            factor={{ ...factor, name: nameOf(factor.name) }}
            share={(factor.contribution ?? 0) / largest}
            good={good}
          />
        ))}
      </ul>
      {rest.length > 0 && (
        <details className="output">
          <summary>{plural(rest.length, 'factor')} without weight here</summary>
          <ul>
            {rest.map(({ name, value, source }) => (
              <li key={`${name} ${value}`} className="small wrap-anywhere">
                {nameOf(name)} <span className="soft">{value}</span>
                {source !== undefined && <span className="faint"> · {source}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function FactorLine({
  factor: { name, value, contribution = 0, source },
  share,
  good,
}: {
  factor: Factor;
  share: number;
  good: 'left' | 'right';
}) {
  const isGood = contribution < 0 === (good === 'left');
  return (
    <li>
      <span className="factor-name">
        {name} <span className="soft">{value}</span>
      </span>
      <span
        className={isGood ? 'factor-bar' : `factor-bar bad-${good === 'left' ? 'risk' : 'doubt'}`}
        style={{ '--share': share }}
        data-side={contribution < 0 ? 'left' : 'right'}
        aria-hidden="true"
      />
      <span className="number">{formatSigned(contribution)}</span>
      {source !== undefined && <span className="factor-source faint small">{source}</span>}
    </li>
  );
}
