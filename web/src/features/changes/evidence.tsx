import type { Schemas } from '../../api/types.ts';
import { formatNumber, formatShare, plural } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Card } from '../../ui/page.tsx';
import { Versus } from './versus.tsx';

type Verification = Schemas['Change']['verification'];
type Run = Schemas['ProjectRun'];

/** Tests whose outcome is another one after than before. */
function differing(before: Run | null, after: Run) {
  const outcomes = new Map(before?.tests.list.map(({ name, outcome }) => [name, outcome]));
  return after.tests.list.flatMap(({ name, outcome }) => {
    const was = outcomes.get(name);
    return was === undefined || was === outcome ? [] : [{ name, was, is: outcome }];
  });
}

function Notes({ title, items }: { title: string; items: readonly string[] }) {
  if (items.length === 0) return null;
  return (
    <details className="output">
      <summary>
        {title}: {formatNumber(items.length)}
      </summary>
      <ul>
        {items.map((item) => (
          <li key={item} className="wrap-anywhere">
            {item}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What verification saw: the same checks on the copy without the change and on the one with it. */
export function Evidence({ verification }: { verification: Verification }) {
  const { before, after, regressions, rescan, gaps, testsReachChange } = verification;
  const changed = differing(before, after);
  return (
    <Card title="Evidence" aside={`in the sandbox, with ${after.runner}`}>
      <div className="stack">
        {regressions.length > 0 && (
          <div className="note act">
            <Icon name="finding" />
            <div>
              <strong>{plural(regressions.length, 'regression')}</strong>
              <ul>
                {regressions.map(({ kind, name, message }) => (
                  <li key={`${kind} ${name}`} className="wrap-anywhere">
                    {kind} <strong>{name}</strong>: {message}
                  </li>
                ))}
              </ul>
            </div>
          </div>
        )}
        <Versus verification={verification} />
        {changed.length > 0 && (
          <section aria-label="Tests that differ">
            <h3>Tests that differ</h3>
            <ul>
              {changed.map(({ name, was, is }) => (
                <li key={name} className="wrap-anywhere">
                  {name}: <span className="soft">{was}</span> →{' '}
                  <span className={is === 'failed' ? 'act' : 'good'}>{is}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
        <dl className="facts">
          <dt>Scanned again</dt>
          <dd>
            {plural(rescan.closed.length, 'finding')} gone
            {rescan.remaining.length > 0 && (
              <span className="act">, {formatNumber(rescan.remaining.length)} still there</span>
            )}
            {rescan.introduced.length > 0 && (
              <span className="act">, {formatNumber(rescan.introduced.length)} new</span>
            )}
            {rescan.introduced.length === 0 && <span className="soft">, nothing new</span>}
          </dd>
          <dt>Tests reach it</dt>
          <dd>
            {testsReachChange === null ? (
              <span className="soft">not measured</span>
            ) : (
              `${formatShare(testsReachChange)} of the changed packages are loaded by tests`
            )}
          </dd>
        </dl>
        {gaps.length > 0 && (
          <div className="note attend">
            <Icon name="info" />
            <div>
              <strong>What it does not show</strong>
              <ul>
                {gaps.map((gap) => (
                  <li key={gap} className="wrap-anywhere">
                    {gap}
                  </li>
                ))}
              </ul>
            </div>
          </div>
        )}
        <Notes
          title="Failed before as well, not blamed on the change"
          items={verification.failingBefore}
        />
        <Notes title="Now this way, now that (flaky)" items={verification.flaky} />
      </div>
    </Card>
  );
}
