import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { formatNumber, plural } from '../../ui/format.ts';
import { Card } from '../../ui/page.tsx';
import { LoadFailed } from '../../ui/problem.tsx';
import { SkeletonLines } from '../../ui/skeleton.tsx';
import { type DiffFile, isLockfile, parseDiff } from './parse-diff.ts';
import { diffQuery } from './queries.ts';

/** Lines of a file that are drawn before somebody asks for more. */
const SHOWN_LINES = 400;

const SIGNS = { added: '+', removed: '−', same: ' ', note: ' ' } as const;

function Lines({ file }: { file: DiffFile }) {
  const [limit, setLimit] = useState(SHOWN_LINES);
  const all = file.hunks.flatMap(({ heading, lines }, hunk) => [
    { key: `${hunk}`, heading, line: undefined },
    ...lines.map((line, index) => ({ key: `${hunk}.${index}`, heading: '', line })),
  ]);
  return (
    <>
      <div className="diff-lines" tabIndex={0} role="region" aria-label={`Changes in ${file.path}`}>
        <table>
          <thead className="visually-hidden">
            <tr>
              <th scope="col">Line before</th>
              <th scope="col">Line after</th>
              <th scope="col">Content</th>
            </tr>
          </thead>
          <tbody>
            {all.slice(0, limit).map(({ key, heading, line }) =>
              line === undefined ? (
                <tr key={key} className="hunk">
                  <td colSpan={3}>{heading === '' ? '…' : heading}</td>
                </tr>
              ) : (
                <tr key={key} className={line.kind}>
                  <td className="line-number">{line.before}</td>
                  <td className="line-number">{line.after}</td>
                  <td className="line-text">
                    <span aria-hidden="true">{SIGNS[line.kind]} </span>
                    {line.kind === 'added' && <span className="visually-hidden">added: </span>}
                    {line.kind === 'removed' && <span className="visually-hidden">removed: </span>}
                    {line.text}
                  </td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
      {all.length > limit && (
        <div className="diff-more">
          <Button compact onClick={() => setLimit(limit * 4)}>
            Show more of {formatNumber(all.length)} lines
          </Button>
        </div>
      )}
    </>
  );
}

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
      {open && <Lines file={file} />}
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
