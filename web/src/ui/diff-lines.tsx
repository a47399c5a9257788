import { useState } from 'react';
import { Button } from './button.tsx';
import { formatNumber } from './format.ts';

/** A line of a diff with its numbers before and after; undefined where it is not there. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed' | 'note';
  readonly before: number | undefined;
  readonly after: number | undefined;
  readonly text: string;
}

export interface DiffHunk {
  readonly heading: string;
  readonly lines: readonly DiffLine[];
}

/** Lines that are drawn before somebody asks for more. */
const SHOWN_LINES = 400;

const SIGNS = { added: '+', removed: '−', same: ' ', note: ' ' } as const;

/** Lines that are gone and lines that are new, with their numbers before and after. */
export function DiffLines({ label, hunks }: { label: string; hunks: readonly DiffHunk[] }) {
  const [limit, setLimit] = useState(SHOWN_LINES);
  const all = hunks.flatMap(({ heading, lines }, hunk) => [
    { key: `${hunk}`, heading, line: undefined },
    ...lines.map((line, index) => ({ key: `${hunk}.${index}`, heading: '', line })),
  ]);
  return (
    <>
      <div className="diff-lines" tabIndex={0} role="region" aria-label={label}>
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
