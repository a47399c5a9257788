import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/field.tsx';
import { Card } from '../../ui/page.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { tell } from '../../ui/toast.tsx';
import { decisionQuery } from './queries.ts';

type Verdict = Schemas['Decision']['feedbackGiven'][number]['verdict'];

const VERDICTS: Readonly<Record<Verdict, { word: string; explain: string }>> = {
  'wrong-priority': { word: 'Wrong priority', explain: 'It ranks too high or too low here' },
  'wrong-context': { word: 'Wrong context', explain: 'What the asset is taken for is not so' },
  'bad-patch': { word: 'Bad patch', explain: 'The change should not have been made like this' },
  right: { word: 'Right', explain: 'It was decided well' },
};
const WORDS = Object.keys(VERDICTS) as Verdict[];

/** What people said of a decision afterwards, and the way to say something. */
export function Feedback({ decision }: { decision: Schemas['Decision'] }) {
  const may = useMay('approve');
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [verdict, setVerdict] = useState<Verdict>('wrong-priority');
  const give = useMutation({
    mutationFn: (reason: string) =>
      unwrap(
        api.POST('/decisions/{seq}/feedback', {
          params: { path: { seq: decision.seq } },
          body: { verdict, reason },
        }),
      ),
    onSuccess: (after) => {
      client.setQueryData(decisionQuery(decision.seq).queryKey, after);
      void client.invalidateQueries({ queryKey: ['decisions'] });
      tell('Thank you; it is kept with the decision.');
      setAsking(false);
    },
  });
  return (
    <Card title="What people say of it">
      <div className="stack" style={{ '--gap': '0.75rem' }}>
        {decision.feedbackGiven.length === 0 && <p className="soft">Nobody has said anything.</p>}
        <ul className="stack" style={{ '--gap': '0.6rem' }}>
          {decision.feedbackGiven.map(({ by, verdict: said, reason, at }) => (
            <li key={`${by.id} ${at}`}>
              <span className="row" style={{ '--gap': '0.25rem 0.5rem' }}>
                <strong>{by.name}</strong>
                <Tag tone={said === 'right' ? 'good' : 'attend'}>{VERDICTS[said].word}</Tag>
                <Time at={at} className="faint small" />
              </span>
              <p className="soft wrap-anywhere">{reason}</p>
            </li>
          ))}
        </ul>
        {may && (
          <div>
            <Button compact onClick={() => setAsking(true)}>
              Say whether it was right…
            </Button>
          </div>
        )}
        {asking && (
          <ReasonDialog
            title="Say whether it was right"
            explain="The decision stays as it is; what is said here is shown with it, and learned from."
            least={1}
            busy={give.isPending}
            error={give.error}
            close={() => setAsking(false)}
            submit={(reason) => give.mutate(reason)}
          >
            <fieldset>
              <legend>It was</legend>
              {WORDS.map((word) => (
                <Choice
                  key={word}
                  type="radio"
                  name="verdict"
                  checked={verdict === word}
                  onChange={() => setVerdict(word)}
                  label={
                    <>
                      {VERDICTS[word].word}{' '}
                      <span className="soft small">{VERDICTS[word].explain}</span>
                    </>
                  }
                />
              ))}
            </fieldset>
          </ReasonDialog>
        )}
      </div>
    </Card>
  );
}
