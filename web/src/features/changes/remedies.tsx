import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { plural, sentence } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { Tag } from '../../ui/tag.tsx';
import { BANDS } from '../words.ts';

/** Why this remedy; why not another one is folded, as there may be many. */
function Because({ text }: { text: string }) {
  const at = text.indexOf('; not ');
  if (at === -1) return <p className="soft small wrap-anywhere">{text}</p>;
  return (
    <>
      <p className="soft small wrap-anywhere">{text.slice(0, at)}.</p>
      <details className="output">
        <summary>Why not otherwise</summary>
        <ul>
          {text
            .slice(at + 2)
            .split('; not ')
            .map((reason) => (
              <li key={reason} className="soft small wrap-anywhere">
                {reason.replace(/^not /, '')}
              </li>
            ))}
        </ul>
      </details>
    </>
  );
}

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
              <Because text={remedy.because} />
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

/** Findings that are drawn before somebody asks for all. */
const SHOWN = 8;

/** Which findings it closes, riskiest first. */
export function ClosedFindings({ findings }: { findings: Schemas['Change']['findings'] }) {
  const [all, setAll] = useState(false);
  const sorted = findings.toSorted((a, b) => b.score - a.score);
  return (
    <Card title="Closes" flush aside={plural(findings.length, 'finding')}>
      <ul className="lines">
        {(all ? sorted : sorted.slice(0, SHOWN)).map((finding) => (
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
      {!all && findings.length > SHOWN && (
        <div className="card-words">
          <Button compact onClick={() => setAll(true)}>
            Show all {findings.length}
          </Button>
        </div>
      )}
    </Card>
  );
}
