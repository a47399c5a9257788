import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, unwrap } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { usePaged } from '../../api/use-paged.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { formatNumber, plural, sentence } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { LoadFailed } from '../../ui/problem.tsx';
import { SkeletonLines } from '../../ui/skeleton.tsx';
import { Tag, type Tone } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { tellError } from '../../ui/toast.tsx';
import { runsQuery } from './queries.ts';

type Run = Schemas['Run'];

const TONES: Readonly<Record<Run['state'], Tone>> = {
  queued: 'plain',
  running: 'accent',
  waiting: 'attend',
  done: 'good',
  failed: 'act',
  cancelled: 'track',
  superseded: 'track',
};
const GOING: ReadonlySet<Run['state']> = new Set(['queued', 'running', 'waiting']);

/** What kept a run from seeing, or doing, all of it. */
function gapsOf({ problems }: Run): Run['problems'] {
  return problems.filter(({ severity }) => severity === 'error');
}

function RunState({ run }: { run: Run }) {
  if (run.state === 'done' && gapsOf(run).length > 0) return <Tag tone="attend">Done in part</Tag>;
  return <Tag tone={TONES[run.state]}>{sentence(run.state)}</Tag>;
}

function RunDetails({ run }: { run: Run }) {
  const others = run.problems.filter(({ severity }) => severity !== 'error');
  return (
    <>
      {run.error !== null && <p className="act wrap-anywhere">{run.error}</p>}
      {gapsOf(run).map(({ file, message }) => (
        <p key={`${file} ${message}`} className="attend wrap-anywhere">
          {file !== '' && <code>{file}</code>} {message}
        </p>
      ))}
      {run.changeIds.length > 0 && (
        <p className="row small">
          {run.changeIds.map((changeId, index) => (
            <Link key={changeId} to="/changes/$changeId" params={{ changeId }}>
              Change {index + 1}
            </Link>
          ))}
        </p>
      )}
      {run.unfixed.length > 0 && (
        <details className="output">
          <summary>{plural(run.unfixed.length, 'finding')} without a remedy</summary>
          <ul>
            {run.unfixed.map(({ finding, why, needed }) => (
              <li key={finding} className="wrap-anywhere">
                <Link to="/findings/$findingId" params={{ findingId: finding }}>
                  Finding
                </Link>
                : {why} {needed !== '' && <span className="soft">Needed: {needed}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
      {others.length > 0 && (
        <details className="output">
          <summary>{formatNumber(others.length)} noted on the way</summary>
          <ul>
            {others.map(({ file, message, severity }) => (
              <li key={`${file} ${message}`} className="wrap-anywhere">
                <span className="attend">{severity}</span> <code>{file}</code> {message}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** One run, with what can be done about it. */
export function RunLine({ run }: { run: Run }) {
  const may = useMay('operate');
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/runs/{id}/cancel', { params: { path: { id: run.id } }, body: { reason: '' } }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
    onError: tellError,
  });
  return (
    <li>
      <span className="row" style={{ '--gap': '0.25rem 0.6rem' }}>
        <strong>{sentence(run.kind)}</strong>
        <RunState run={run} />
        {run.stage !== null && GOING.has(run.state) && <span className="soft">{run.stage}</span>}
        <span className="faint small">
          {run.trigger}, <Time at={run.startedAt} />
        </span>
        {may && GOING.has(run.state) && (
          <Button look="quiet" compact busy={cancel.isPending} onClick={() => cancel.mutate()}>
            Stop
          </Button>
        )}
      </span>
      {run.summary !== '' && <span className="soft wrap-anywhere">{run.summary}</span>}
      <RunDetails run={run} />
    </li>
  );
}

/** What is being done about an asset, and was; latest first. */
export function Runs({ assetId }: { assetId: string }) {
  const { items, error, loading, hasMore, more, refresh } = usePaged(runsQuery(assetId));
  return (
    <Card title="Scans and runs">
      <div className="stack">
        {error !== null && <LoadFailed error={error} again={refresh} />}
        {!loading && error === null && items.length === 0 && (
          <Empty icon="clock" title="Nothing has run yet">
            <p className="soft">It is scanned when its schedule says so, on a push, or now.</p>
          </Empty>
        )}
        <ol className="timeline">
          {items.map((run) => (
            <RunLine key={run.id} run={run} />
          ))}
        </ol>
        {loading && <SkeletonLines lines={3} />}
        {hasMore && !loading && (
          <div>
            <Button compact onClick={more}>
              Earlier
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}
