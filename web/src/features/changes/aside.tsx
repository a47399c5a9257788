import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { downloadJson } from '../../ui/download.ts';
import { sentence } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Card } from '../../ui/page.tsx';
import { Due, Time } from '../../ui/time.tsx';
import { decisionQuery } from '../decisions/queries.ts';
import { evidenceQuery } from './queries.ts';

type Change = Schemas['Change'];

/** Where it stands, in times and names. */
export function Standing({ change }: { change: Change }) {
  return (
    <Card title="Where it stands">
      <dl className="facts">
        <dt>Asset</dt>
        <dd>
          <Link to="/assets/$assetId" params={{ assetId: change.asset.id }}>
            {change.asset.name}
          </Link>{' '}
          <span className="soft">{change.asset.environment}</span>
        </dd>
        <dt>Due</dt>
        <dd>
          <Due date={change.due} closed={change.closedAt !== null} />
        </dd>
        <dt>Proven</dt>
        <dd>
          <Time at={change.createdAt} />
        </dd>
        {change.notBefore !== null && (
          <>
            <dt>Not before</dt>
            <dd>
              <Time at={change.notBefore} />
            </dd>
          </>
        )}
        {change.handedOverAt !== null && (
          <>
            <dt>Handed over</dt>
            <dd>
              <Time at={change.handedOverAt} />
            </dd>
          </>
        )}
        {change.closedAt !== null && (
          <>
            <dt>Closed</dt>
            <dd>
              <Time at={change.closedAt} />
            </dd>
          </>
        )}
        {change.branch !== null && (
          <>
            <dt>Branch</dt>
            <dd>
              <code>{change.branch}</code>
            </dd>
          </>
        )}
        {change.commit !== null && (
          <>
            <dt>Commit</dt>
            <dd>
              <code title={change.commit}>{change.commit.slice(0, 10)}</code>
            </dd>
          </>
        )}
        <dt>Risk removed</dt>
        <dd>{Math.round(change.riskRemoved)}</dd>
      </dl>
    </Card>
  );
}

/** What policy said of it, and what else it could have said. */
export function PolicyDecision({ decision }: { decision: NonNullable<Change['decision']> }) {
  const { data } = useQuery(decisionQuery(decision.seq));
  return (
    <Card
      title="What policy says"
      aside={
        <Link to="/decisions/$seq" params={{ seq: String(decision.seq) }}>
          Decision {decision.seq}
        </Link>
      }
    >
      <div className="stack" style={{ '--gap': '0.5rem' }}>
        <p>
          <strong>{sentence(decision.outcome)}</strong>
          {decision.rule !== null && <span className="soft">, by the rule “{decision.rule}”</span>}
        </p>
        <p className="soft wrap-anywhere">{decision.because}</p>
        {data !== undefined && data.alternatives.length > 0 && (
          <ul className="small soft" aria-label="Alternatives">
            {data.alternatives.map(({ outcome, why }) => (
              <li key={outcome} className="wrap-anywhere">
                Not <em>{outcome}</em>: {why}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  );
}

/** The signed proof: whether its signature holds, and to take along. */
export function SignedEvidence({ change }: { change: Change }) {
  const there = change.evidenceSha256 !== null;
  const { data, error } = useQuery({ ...evidenceQuery(change.id), enabled: there });
  return (
    <Card title="Signed evidence">
      {!there && <p className="soft">There is none: it was not verified to the end.</p>}
      {there && (
        <div className="stack" style={{ '--gap': '0.6rem' }}>
          {error !== null && <p className="act">It could not be read: {error.message}</p>}
          {data !== undefined && (
            <p className={data.signatureValid ? 'good' : 'act'}>
              <Icon name={data.signatureValid ? 'shield' : 'finding'} />{' '}
              {data.signatureValid ? 'The signature holds' : 'The signature does not hold'}
              <span className="soft small wrap-anywhere"> · key {data.keyId}</span>
            </p>
          )}
          <p className="faint small wrap-anywhere">
            SHA-256 <code>{change.evidenceSha256}</code>
          </p>
          {data !== undefined && (
            <div>
              <Button
                compact
                icon="download"
                onClick={() => downloadJson(data.envelope, `evidence-${change.id}.json`)}
              >
                Download
              </Button>
            </div>
          )}
        </div>
      )}
    </Card>
  );
}
