import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/types.ts';
import { plural, sentence } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { Tag } from '../../ui/tag.tsx';
import { BANDS } from '../words.ts';

/** What is done, package by package, and why so. */
export function Remedies({ change }: { change: Schemas['Change'] }) {
  return (
    <Card title="What and why">
      <div className="stack">
        <p className="prose">{change.because}</p>
        <ul className="stack" style={{ '--gap': '0.6rem' }}>
          {change.remedies.map((remedy) => (
            <li key={`${remedy.kind} ${remedy.package} ${remedy.from}`}>
              <span className="row" style={{ '--gap': '0.25rem 0.6rem' }}>
                <strong className="wrap-anywhere">{remedy.package}</strong>
                <span className="nowrap">
                  {remedy.from} → {remedy.to ?? 'removed'}
                </span>
                <Tag>{sentence(remedy.kind)}</Tag>
                <span className="soft small">closes {plural(remedy.closes.length, 'finding')}</span>
              </span>
              <span className="soft small wrap-anywhere">{remedy.because}</span>
            </li>
          ))}
        </ul>
        {change.signs.length > 0 && (
          <section aria-label="Signs of breakage" className="stack" style={{ '--gap': '0.25rem' }}>
            <h3>What the new versions say may break</h3>
            <ul>
              {change.signs.map(({ kind, package: name, message }) => (
                <li key={`${kind} ${name} ${message}`} className="wrap-anywhere">
                  <strong>{name}</strong> {message}
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </Card>
  );
}

/** Which findings it closes. */
export function ClosedFindings({ findings }: { findings: Schemas['Change']['findings'] }) {
  return (
    <Card title="Closes" flush aside={plural(findings.length, 'finding')}>
      <ul className="lines">
        {findings.map((finding) => (
          <li key={finding.id} className="line">
            <div className="ellipsis-block">
              <Link
                to="/findings/$findingId"
                params={{ findingId: finding.id }}
                className="stretched ellipsis"
              >
                {finding.package} {finding.version}
              </Link>
              <div className="soft small ellipsis">{finding.summary}</div>
            </div>
            <div className="end">
              <Tag tone={BANDS.find((band) => band === finding.band) ?? 'track'}>
                {sentence(finding.band)} {Math.round(finding.score)}
              </Tag>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
