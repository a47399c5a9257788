import { neutralise } from '../domain/neutralise.ts';
import type { Problem } from '../domain/problem.ts';
import type { FeedState } from '../domain/report.ts';
import type { Services } from '../workflows/services.ts';
import { say } from './terminal.ts';

/** Problems on stderr, one line each, errors first. */
export function sayProblems(problems: readonly Problem[]): void {
  const order = { error: 0, warning: 1 };
  for (const problem of problems.toSorted((a, b) => order[a.severity] - order[b.severity])) {
    const line = problem.line === undefined ? '' : `:${problem.line}`;
    const place = problem.file === '' ? '' : `${problem.file}${line}: `;
    say(`${problem.severity}: ${neutralise(place + problem.message)}`);
  }
}

/** Every command says when it worked with old data. */
export async function sayStaleness(feeds: readonly FeedState[], services: Services): Promise<void> {
  const { staleness } = await import('../advisories/staleness.ts');
  const message = staleness(feeds, services.clock.now());
  if (message !== undefined) say(`warning: ${message}`);
}
