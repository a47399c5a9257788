import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/types.ts';
import { formatNumber, formatShare, sentence } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { FindingStateTag, Tag } from '../../ui/tag.tsx';
import { Due, formatDay, Time } from '../../ui/time.tsx';

type Finding = Schemas['Finding'];

/** What it is and where it stands. */
export function Standing({ finding }: { finding: Finding }) {
  return (
    <Card title="Where it stands">
      <dl className="facts">
        <dt>State</dt>
        <dd>
          <FindingStateTag state={finding.state} />{' '}
          <Time at={finding.stateSince} className="faint small" />
        </dd>
        {finding.exception !== null && (
          <>
            <dt>Accepted</dt>
            <dd>
              {finding.exception.reason}
              <div className="soft small">
                {finding.exception.owner.name}, until {formatDay(finding.exception.expiresAt)}
              </div>
            </dd>
          </>
        )}
        {finding.changeId !== null && (
          <>
            <dt>Change</dt>
            <dd>
              <Link to="/changes/$changeId" params={{ changeId: finding.changeId }}>
                The change that closes it
              </Link>
            </dd>
          </>
        )}
        <dt>Asset</dt>
        <dd>
          <Link to="/assets/$assetId" params={{ assetId: finding.asset.id }}>
            {finding.asset.name}
          </Link>{' '}
          <span className="soft">{finding.asset.environment}</span>
        </dd>
        <dt>Fixed in</dt>
        <dd>{finding.fixedIn ?? <span className="soft">no fixed version is known</span>}</dd>
        <dt>Scope</dt>
        <dd>{sentence(finding.scope)}</dd>
        <dt>First seen</dt>
        <dd>
          <Time at={finding.firstSeen} />
        </dd>
        <dt>Matched</dt>
        <dd>
          <code>{finding.match.range}</code>
          <div className="soft small">
            {sentence(finding.match.how)}, {finding.match.record}
          </div>
        </dd>
        <dt>Component</dt>
        <dd>
          <code>{finding.purl}</code>
        </dd>
      </dl>
    </Card>
  );
}

/** By when it must be closed, by which rule; the earliest decides. */
export function Deadlines({ finding }: { finding: Finding }) {
  const dated = finding.deadlines.filter(({ due }) => due !== null);
  return (
    <Card title="Deadlines">
      {dated.length === 0 && <p className="soft">No rule sets a deadline for it.</p>}
      <ul className="stack" style={{ '--gap': '0.75rem' }}>
        {dated.map(({ rule, due, decides }) => (
          <li key={rule}>
            <span className="row" style={{ '--gap': '0.25rem 0.5rem' }}>
              <Due date={due} closed={finding.closedAt !== null || !decides} />
              {decides && <Tag tone="accent">decides</Tag>}
            </span>
            <p className="soft small wrap-anywhere">{rule}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What is known of the vulnerability in the world outside. */
export function Threat({ finding }: { finding: Finding }) {
  const { kev, epss, ssvc, publicExploits } = finding.threat;
  return (
    <Card title="In the wild">
      <dl className="facts">
        <dt>Exploited</dt>
        <dd>
          {kev === null ? (
            <span className="soft">not on CISA’s list</span>
          ) : (
            <>
              <span className="act strong">Yes</span>, listed {formatDay(kev.dateAdded)}
              {kev.ransomware && ', used by ransomware'}
            </>
          )}
        </dd>
        <dt>EPSS</dt>
        <dd>
          {epss === null ? (
            <span className="soft">no score</span>
          ) : (
            <>
              {formatShare(epss.score)}{' '}
              <span className="soft small">above {formatShare(epss.percentile)} of all</span>
            </>
          )}
        </dd>
        <dt>SSVC</dt>
        <dd>
          {ssvc === null ? (
            <span className="soft">not judged</span>
          ) : (
            `${sentence(ssvc.exploitation)}, ${ssvc.automatable ? '' : 'not '}automatable, ${ssvc.technicalImpact} impact`
          )}
        </dd>
        <dt>Exploits</dt>
        <dd>
          {publicExploits === null ? (
            <span className="soft">not known</span>
          ) : (
            `${formatNumber(publicExploits)} public`
          )}
        </dd>
        <dt>CVSS</dt>
        <dd>
          {finding.cvss === null ? (
            <span className="soft">none</span>
          ) : (
            <>
              {finding.cvss.score ?? '–'} {finding.severity}
              <div className="soft small">
                <code>{finding.cvss.vector}</code>
              </div>
            </>
          )}
        </dd>
        <dt>Weakness</dt>
        <dd>{finding.cwes.length === 0 ? '–' : finding.cwes.join(', ')}</dd>
        <dt>Known as</dt>
        <dd>{[finding.advisoryId, ...finding.aliases].join(', ')}</dd>
        <dt>Published</dt>
        <dd>{finding.published === '' ? '–' : formatDay(finding.published)}</dd>
      </dl>
    </Card>
  );
}
