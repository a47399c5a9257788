import type { Schemas } from '../../api/types.ts';
import { plural } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Card } from '../../ui/page.tsx';

/** What is wrong with the document; each leads to its place. */
export function Problems({
  complaints,
  checking,
  goTo,
}: {
  complaints: readonly Schemas['PolicyComplaint'][] | undefined;
  checking: boolean;
  goTo: (line: number, column: number) => void;
}) {
  const errors = complaints?.filter(({ severity }) => severity === 'error').length ?? 0;
  return (
    <Card title="Problems" aside={checking ? 'checking…' : undefined}>
      <div role="status" className="stack" style={{ '--gap': '0.75rem' }}>
        {complaints === undefined && <p className="soft">Checking the document…</p>}
        {complaints?.length === 0 && (
          <p className="good">
            <Icon name="check" /> The document is valid.
          </p>
        )}
        {errors > 0 && <p className="act">{plural(errors, 'error')}: it cannot come into force.</p>}
        <ul className="stack" style={{ '--gap': '0.6rem' }}>
          {complaints?.map(({ severity, line, column, message, remedy }) => (
            <li key={`${line}:${column} ${message}`}>
              <button type="button" className="problem-line" onClick={() => goTo(line, column)}>
                <span className={severity === 'error' ? 'act' : 'attend'}>Line {line}</span>{' '}
                {message}
                {remedy !== null && <span className="soft small">{remedy}</span>}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}
