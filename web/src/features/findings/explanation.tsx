import type { Schemas } from '../../api/types.ts';
import { FactorBars } from '../../ui/factor-bars.tsx';
import { formatShare } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { explanationParts } from './explanation-parts.ts';

/** Said elsewhere on the page. */
const ELSEWHERE = new Set(['What', 'Risk', 'Matched']);

function Words({ explanation }: { explanation: string }) {
  const parts = explanationParts(explanation).filter(({ label }) => !ELSEWHERE.has(label));
  if (parts.length === 0) return <p className="prose">{explanation}</p>;
  return (
    <dl className="facts">
      {parts.map(({ label, text }) => (
        <div key={label} className="contents">
          <dt>{label}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Why it ranks where it does: in words, then factor by factor. */
export function Explanation({ finding }: { finding: Schemas['Finding'] }) {
  const { probability, impact, factors } = finding.risk;
  const of = (part: 'probability' | 'impact') => factors.filter((factor) => factor.part === part);
  const rest = factors.filter((factor) => factor.part === undefined);
  return (
    <Card title="Why this rank">
      <div className="stack" style={{ '--gap': '1.25rem' }}>
        <Words explanation={finding.explanation} />
        <section className="stack" aria-label="Probability">
          <h3>
            Exploited here within 30 days: <strong>{formatShare(probability)}</strong>
          </h3>
          <FactorBars factors={of('probability')} label="Factors of probability" good="left" />
        </section>
        <section className="stack" aria-label="Impact">
          <h3>
            Impact here, of the worst: <strong>{formatShare(impact)}</strong>
          </h3>
          <FactorBars factors={of('impact')} label="Factors of impact" good="left" />
        </section>
        {rest.length > 0 && <FactorBars factors={rest} label="Other factors" good="left" />}
      </div>
    </Card>
  );
}
