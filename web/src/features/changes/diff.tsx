import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { DiffLines } from '../../ui/diff-lines.tsx';
import { formatNumber, plural } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { LoadFailed } from '../../ui/problem.tsx';
import { SkeletonLines } from '../../ui/skeleton.tsx';
import { type DiffFile, isLockfile, parseDiff } from './parse-diff.ts';
import { diffQuery } from './queries.ts';

function FileDiff({ file }: { file: DiffFile }) {
  const lockfile = isLockfile(file.path);
  const [open, setOpen] = useState(!lockfile);
  return (
    <details
      className="diff-file"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <code className="wrap-anywhere">{file.path}</code>
        {lockfile && <span className="faint small">written by the package manager</span>}
        <span className="push nowrap">
          <span className="good">+{formatNumber(file.added)}</span>{' '}
          <span className="act">−{formatNumber(file.removed)}</span>
        </span>
      </summary>
      {open && <DiffLines label={`Changes in ${file.path}`} hunks={file.hunks} />}
    </details>
  );
}

/** What changes in the files; a package manager's own files are folded. */
export function Diff({ changeId }: { changeId: string }) {
  const { data, error, refetch } = useQuery(diffQuery(changeId));
  const files = useMemo(
    () =>
      parseDiff(data?.diff ?? '').toSorted(
        (a, b) => Number(isLockfile(a.path)) - Number(isLockfile(b.path)),
      ),
    [data],
  );
  return (
    <Card title="What changes" aside={data === undefined ? '' : plural(files.length, 'file')}>
      <div className="stack" style={{ '--gap': '0.75rem' }}>
        {error !== null && <LoadFailed error={error} again={() => void refetch()} />}
        {data === undefined && error === null && <SkeletonLines lines={6} />}
        {data !== undefined && files.length === 0 && (
          <p className="soft">There is no change of files to show.</p>
        )}
        {files.map((file) => (
          <FileDiff key={file.path} file={file} />
        ))}
        {data?.truncated === true && (
          <p className="soft">
            The rest is too long to be shown; the branch in the repository has all of it.
          </p>
        )}
      </div>
    </Card>
  );
}
