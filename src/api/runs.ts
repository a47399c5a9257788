import { SutureError } from '../domain/error.ts';
import { listRuns, type Run, runById } from '../store/run-queries.ts';
import { type BoundOperation, bind } from './bind.ts';
import { changes } from './contract/index.ts';
import { notFound, pageOfRows, readCursor } from './cursor.ts';
import type { ApiDependencies } from './dependencies.ts';

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+\d\d(:\d\d)?$/;
const ID = /^.{1,200}$/s;

/** What is being done, and was. */
export function runHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store, client } = dependencies;
  const one = async (id: string) => {
    const run = await runById(store, id);
    if (run === undefined) throw notFound('run', id);
    return shownRun(run);
  };
  return [
    bind(changes.listRuns, async ({ query }) => {
      const [startedAt, id] = readCursor('runs', query.cursor, [TIME, ID]) ?? [];
      const { kind, asset, state } = query;
      const rows = await listRuns(
        store,
        {
          ...(kind === undefined ? {} : { kinds: kind }),
          ...(asset === undefined ? {} : { asset }),
          ...(state === undefined ? {} : { states: state }),
        },
        {
          limit: query.limit,
          ...(startedAt === undefined || id === undefined ? {} : { after: { startedAt, id } }),
        },
      );
      const page = pageOfRows('runs', rows, query.limit, ({ position }) => [
        position.startedAt,
        position.id,
      ]);
      return { ...page, items: page.items.map(shownRun) };
    }),

    bind(changes.getRun, ({ params }) => one(params.id)),

    bind(
      changes.cancelRun,
      async ({ params, body, asker }) => {
        const { id } = params;
        const { state } = await one(id);
        const stopped = await client.cancelRun(id, { by: asker.name, reason: body.reason });
        if (!stopped && state !== 'cancelled') throw finished(state);
        return await one(id);
      },
      { repeatable: true },
    ),
  ];
}

function shownRun(run: Run) {
  const { id, kind, asset, trigger, stage, state, startedAt, endedAt, error, changeIds } = run;
  return {
    id,
    kind,
    asset,
    trigger,
    stage,
    state,
    startedAt,
    endedAt,
    summary: summaryOf(run),
    problems: run.problems.map(({ severity, file, message }) => ({ severity, file, message })),
    error,
    unfixed: run.unfixed.map(({ finding, why, needed }) => ({ finding, why, needed })),
    changeIds,
  };
}

/** One line on what a run does or has come to. */
function summaryOf({ kind, state, stage, figures, changeIds, unfixed, error }: Run): string {
  if (error !== null) return error;
  if (state === 'queued') return 'Waits for a worker';
  switch (kind) {
    case 'scan':
      if (state !== 'done') return 'Looks at what is installed';
      return `${count(figures.findings, 'open finding')}; ${figures.added ?? 0} new, ${figures.closed ?? 0} gone`;
    case 'remediation': {
      const rest = unfixed.length === 0 ? '' : `; ${count(unfixed.length, 'finding')} left open`;
      if (state === 'running') return `${count(figures.findings, 'finding')}: ${stage ?? ''}`;
      return `${count(changeIds.length, 'change')}${rest}`;
    }
    case 'sync':
      if (state !== 'done') return 'Reads the feeds';
      return `${count(figures.packages, 'package')} changed; ${count(figures.assets, 'asset')} touched`;
  }
}

function count(number: number | null | undefined, noun: string): string {
  const n = number ?? 0;
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function finished(state: string): SutureError {
  return new SutureError('run-finished', `There is nothing to stop: the run is ${state}`, {
    remedy: 'See the list of runs for what is under way.',
  });
}
