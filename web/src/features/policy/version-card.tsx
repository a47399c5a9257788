import type { Schemas } from '../../api/types.ts';
import { Card } from '../../ui/page.tsx';
import { Tag, type Tone } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';

type Version = Schemas['PolicyVersion'];

const STATES: Readonly<Record<Version['state'], { word: string; tone: Tone }>> = {
  active: { word: 'In force', tone: 'good' },
  draft: { word: 'Draft', tone: 'attend' },
  retired: { word: 'Retired', tone: 'track' },
};

export function VersionTag({ state }: { state: Version['state'] }) {
  return <Tag tone={STATES[state].tone}>{STATES[state].word}</Tag>;
}

/** Whose version it is, who read it, who put it into force. */
export function VersionCard({ version }: { version: Version }) {
  return (
    <Card title={`Version ${version.number}`} aside={<VersionTag state={version.state} />}>
      <dl className="facts">
        {version.note !== '' && (
          <>
            <dt>Note</dt>
            <dd>{version.note}</dd>
          </>
        )}
        <dt>Written</dt>
        <dd>
          {version.author?.name ?? 'Suture'}, <Time at={version.createdAt} />
        </dd>
        <dt>Reviewed</dt>
        <dd>
          {version.reviewedAt === null ? (
            <span className="soft">not yet</span>
          ) : (
            <>
              {version.reviewedBy?.name ?? 'nobody'}, <Time at={version.reviewedAt} />
            </>
          )}
        </dd>
        {version.activatedAt !== null && (
          <>
            <dt>Into force</dt>
            <dd>
              {version.activatedBy?.name ?? 'Suture'}, <Time at={version.activatedAt} />
            </dd>
          </>
        )}
      </dl>
    </Card>
  );
}
