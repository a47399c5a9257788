import type { Schemas } from '../../api/types.ts';
import { plural } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';

/** Where code of the asset reaches the vulnerable code, or why it is thought that it does not. */
export function CallSites({ finding }: { finding: Schemas['Finding'] }) {
  const { callSites, reachability, reachabilityBecause } = finding;
  const title = {
    reachable: 'Reachable from here',
    'not-reachable': 'Not reachable',
    unknown: 'Not known whether reachable',
  }[reachability];
  return (
    <Card
      title={title}
      aside={callSites.length > 0 ? plural(callSites.length, 'call site') : undefined}
    >
      <div className="stack">
        <p className="prose soft">{reachabilityBecause}</p>
        {callSites.map(({ file, line, column, symbol, code, via }) => (
          <div key={`${file}:${line}:${column} ${symbol}`} className="stack site">
            <div className="row apart">
              <code className="wrap-anywhere">
                {file}:{line}
              </code>
              <span className="soft small wrap-anywhere">
                calls <code>{symbol}</code>
                {via.length > 0 && <> through {via.join(' › ')}</>}
              </span>
            </div>
            <pre className="code" tabIndex={0} aria-label={`${file}, line ${line}`}>
              {code}
            </pre>
          </div>
        ))}
      </div>
    </Card>
  );
}

/** How the package got there. */
export function Paths({ finding }: { finding: Schemas['Finding'] }) {
  const { paths, seenIn, direct } = finding;
  return (
    <Card title="How it got there" aside={direct ? 'asked for directly' : 'brought by others'}>
      <div className="stack" style={{ '--gap': '0.6rem' }}>
        {paths.map((path) => (
          <ol key={path.join(' ')} className="path">
            {path.map((part, depth) => (
              // oxlint-disable-next-line react/no-array-index-key -- a package may stand twice
              <li key={`${depth} ${part}`}>{part}</li>
            ))}
          </ol>
        ))}
        {seenIn.length > 0 && <p className="soft small">Seen in {seenIn.join(', ')}.</p>}
      </div>
    </Card>
  );
}
