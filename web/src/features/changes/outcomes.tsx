import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/page.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { tell } from '../../ui/toast.tsx';
import { changeQuery } from './queries.ts';

const RESULTS = {
  held: { tag: 'held', title: 'It held', tone: 'good' },
  broke: { tag: 'broke something', title: 'It broke something', tone: 'act' },
} as const;

/** What really happened after it went out: what confidence learns from. */
export function Outcomes({ change }: { change: Schemas['Change'] }) {
  const may = useMay('approve');
  const client = useQueryClient();
  const [asking, setAsking] = useState<'held' | 'broke'>();
  const report = useMutation({
    mutationFn: ({ result, note }: { result: 'held' | 'broke'; note: string }) =>
      unwrap(
        api.POST('/changes/{id}/outcomes', {
          params: { path: { id: change.id } },
          body: { result, note },
        }),
      ),
    onSuccess: (after) => {
      client.setQueryData(changeQuery(change.id).queryKey, after);
      tell('Thank you; confidence learns from it.');
      setAsking(undefined);
    },
  });
  if (change.handedOverAt === null) return null;
  return (
    <Card title="What came of it">
      <div className="stack" style={{ '--gap': '0.75rem' }}>
        {change.outcomes.length === 0 && <p className="soft">Nobody has said yet.</p>}
        <ul className="stack" style={{ '--gap': '0.5rem' }}>
          {change.outcomes.map(({ result, note, by, at }) => (
            <li key={`${at} ${result}`}>
              <span className="row" style={{ '--gap': '0.25rem 0.5rem' }}>
                <Tag tone={RESULTS[result].tone}>{RESULTS[result].tag}</Tag>
                <span>{by?.name ?? 'seen by Suture'}</span>
                <Time at={at} className="faint small" />
              </span>
              {note !== '' && <p className="soft wrap-anywhere">{note}</p>}
            </li>
          ))}
        </ul>
        {may && (
          <div className="row" style={{ '--gap': '0.5rem' }}>
            <Button compact onClick={() => setAsking('held')}>
              It held
            </Button>
            <Button compact onClick={() => setAsking('broke')}>
              It broke something…
            </Button>
          </div>
        )}
        {asking !== undefined && (
          <ReasonDialog
            title={RESULTS[asking].title}
            explain="What is said here makes the next confidence better."
            least={asking === 'broke' ? 1 : 0}
            busy={report.isPending}
            error={report.error}
            close={() => setAsking(undefined)}
            submit={(note) => report.mutate({ result: asking, note })}
          />
        )}
      </div>
    </Card>
  );
}
