import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import type { Schemas } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { DiffLines } from '../../ui/diff-lines.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Card } from '../../ui/page.tsx';
import { useDebounced } from '../../ui/use-debounced.ts';
import { Activate, Review, SaveDraft } from './actions.tsx';
import { Editor, type EditorHandle } from './editor.tsx';
import { diffLines, hunksOf } from './line-diff.ts';
import { Problems } from './problems.tsx';
import { validationQuery } from './queries.ts';
import { SimulationPart } from './simulation.tsx';
import { useDraft } from './use-draft.ts';
import { VersionCard } from './version-card.tsx';

/** How long nobody types before it is checked. */
const PAUSE_MS = 400;

const NO_COMPLAINTS: readonly Schemas['PolicyComplaint'][] = [];

function DifferencePart({ inForce, document }: { inForce: string; document: string }) {
  const hunks = useMemo(() => hunksOf(diffLines(inForce, document)), [inForce, document]);
  if (hunks.length === 0) {
    return (
      <div className="card">
        <Empty title="The same as the policy in force" />
      </div>
    );
  }
  return (
    <Card title="Against the policy in force" flush>
      <DiffLines label="Difference to the policy in force" hunks={hunks} />
    </Card>
  );
}

/** One version: to read, to edit, to compare, to simulate, to bring into force. */
export function Workbench({
  version,
  inForce,
  part,
}: {
  version: Schemas['PolicyDocument'];
  inForce: string;
  part: 'difference' | 'simulation' | undefined;
}) {
  const { text, changed, edit, discard } = useDraft(version.number, version.document);
  const settled = useDebounced(text, PAUSE_MS);
  const { data: validation, isFetching } = useQuery(validationQuery(settled));
  const editor = useRef<EditorHandle>(null);
  const valid = validation?.valid === true;
  const complaints = settled === text ? validation?.complaints : undefined;
  return (
    <div className="detail">
      <div className="stack">
        {part === undefined && (
          <Editor ref={editor} text={text} change={edit} complaints={complaints ?? NO_COMPLAINTS} />
        )}
        {part === 'difference' && <DifferencePart inForce={inForce} document={text} />}
        {part === 'simulation' && <SimulationPart document={text} valid={valid} />}
      </div>
      <div className="stack">
        <div className="row" style={{ '--gap': '0.5rem' }}>
          {changed ? (
            <>
              <SaveDraft
                document={text}
                saved={discard}
                disabledBecause={valid ? undefined : 'Mend the errors first'}
              />
              <Button onClick={discard}>Discard</Button>
            </>
          ) : (
            <>
              <Review version={version} />
              <Activate version={version} />
            </>
          )}
        </div>
        {changed && (
          <p className="soft small">Not saved yet; it is kept in this tab until you do.</p>
        )}
        <Problems
          complaints={validation?.complaints}
          checking={isFetching || settled !== text}
          goTo={(line, column) => editor.current?.goTo(line, column)}
        />
        <VersionCard version={version} />
      </div>
    </div>
  );
}
