import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/types.ts';
import { FactorBars } from '../../ui/factor-bars.tsx';
import { formatNumber, sentence } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { SubjectLink } from './subject-link.tsx';

type Decision = Schemas['Decision'];

/** What spoke for it, and what else could have been decided. */
export function Reasons({ decision }: { decision: Decision }) {
  const weighed = decision.factors.filter(({ contribution }) => contribution !== undefined);
  const named = decision.factors.filter(({ contribution }) => contribution === undefined);
  return (
    <Card title="Why">
      <div className="stack">
        <p className="prose">{decision.because}</p>
        {weighed.length > 0 && <FactorBars factors={weighed} label="Factors" />}
        {named.length > 0 && (
          <dl className="facts">
            {named.map(({ name, value }) => (
              <div key={`${name} ${value}`} className="contents">
                <dt>{sentence(name)}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
        {decision.alternatives.length > 0 && (
          <section aria-label="Alternatives" className="stack" style={{ '--gap': '0.35rem' }}>
            <h3>What else it could have been</h3>
            <ul>
              {decision.alternatives.map(({ outcome, why }) => (
                <li key={outcome} className="wrap-anywhere">
                  <strong>{sentence(outcome)}</strong>{' '}
                  <span className="soft">not, because {why}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </Card>
  );
}

/** Everything it was decided from, as it was written down. */
export function Inputs({ decision }: { decision: Decision }) {
  return (
    <Card title="Inputs" aside="as they were then">
      <pre className="code wrapped inputs" tabIndex={0} aria-label="Inputs as JSON">
        {JSON.stringify(decision.inputs, null, 2)}
      </pre>
    </Card>
  );
}

/** What it is about, of which versions it was made, where it stands in the chain. */
export function Provenance({ decision }: { decision: Decision }) {
  const { seq } = decision;
  return (
    <>
      <Card title="About">
        <dl className="facts">
          <dt>Subject</dt>
          <dd>
            <SubjectLink decision={decision} />
          </dd>
          {decision.assetId !== null && decision.subjectType !== 'asset' && (
            <>
              <dt>Asset</dt>
              <dd>
                <Link to="/assets/$assetId" params={{ assetId: decision.assetId }}>
                  Asset {decision.assetId}
                </Link>
              </dd>
            </>
          )}
          <dt>By</dt>
          <dd>
            {decision.actor} <span className="soft">({decision.actorType})</span>
          </dd>
          {decision.rule !== null && (
            <>
              <dt>Rule</dt>
              <dd>“{decision.rule}”</dd>
            </>
          )}
          {Object.entries(decision.versions).map(([name, version]) => (
            <div key={name} className="contents">
              <dt>{sentence(name)}</dt>
              <dd>{version}</dd>
            </div>
          ))}
        </dl>
      </Card>
      <Card title="In the chain" aside={`No. ${formatNumber(seq)}`}>
        <dl className="facts">
          <dt>Hash</dt>
          <dd>
            <code className="small">{decision.hash}</code>
          </dd>
          <dt>Before it</dt>
          <dd>
            {seq > 1 && (
              <div>
                <Link to="/decisions/$seq" params={{ seq: String(seq - 1) }}>
                  Decision {formatNumber(seq - 1)}
                </Link>
              </div>
            )}
            <code className="small">{decision.previousHash}</code>
          </dd>
        </dl>
      </Card>
    </>
  );
}
