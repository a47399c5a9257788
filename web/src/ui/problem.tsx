import type { ReactNode } from 'react';
import { problemOf } from '../api/problem.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

/** What went wrong, where in the input, and what to do about it. */
export function ProblemNote({ error, children }: { error: unknown; children?: ReactNode }) {
  const problem = problemOf(error);
  return (
    <div className="note act" role="alert">
      <Icon name="finding" />
      <div className="stack wrap-anywhere" style={{ '--gap': '0.25rem' }}>
        <strong>{problem.title}</strong>
        {problem.detail !== undefined && problem.detail !== problem.title && (
          <p>{problem.detail}</p>
        )}
        {problem.errors !== undefined && (
          <ul>
            {problem.errors.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                {path !== '' && <code>{path}</code>} {message}
              </li>
            ))}
          </ul>
        )}
        {problem.remedy !== undefined && <p className="soft">{problem.remedy}</p>}
        {children}
      </div>
    </div>
  );
}

/** Instead of what could not be loaded. */
export function LoadFailed({ error, again }: { error: unknown; again?: (() => void) | undefined }) {
  return (
    <ProblemNote error={error}>
      {again !== undefined && (
        <div>
          <Button compact icon="refresh" onClick={again}>
            Try again
          </Button>
        </div>
      )}
    </ProblemNote>
  );
}
