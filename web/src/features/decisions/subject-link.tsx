import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/types.ts';
import { sentence } from '../../ui/format.ts';

/** What a decision is about, as a link where the page shows it. */
export function SubjectLink({
  decision: { subjectType, subjectId },
}: {
  decision: Pick<Schemas['DecisionRow'], 'subjectType' | 'subjectId'>;
}) {
  const words = `${sentence(subjectType)} ${subjectId}`;
  if (subjectType === 'change') {
    return (
      <Link to="/changes/$changeId" params={{ changeId: subjectId }}>
        {words}
      </Link>
    );
  }
  if (subjectType === 'finding') {
    return (
      <Link to="/findings/$findingId" params={{ findingId: subjectId }}>
        {words}
      </Link>
    );
  }
  if (subjectType === 'asset') {
    return (
      <Link to="/assets/$assetId" params={{ assetId: subjectId }}>
        {words}
      </Link>
    );
  }
  if (subjectType === 'decision') {
    return (
      <Link to="/decisions/$seq" params={{ seq: subjectId }}>
        {words}
      </Link>
    );
  }
  const version = Number(subjectId);
  if (subjectType === 'policy' && Number.isInteger(version)) {
    return (
      <Link to="/policy" search={{ version }}>
        Policy version {subjectId}
      </Link>
    );
  }
  return <span>{words}</span>;
}
