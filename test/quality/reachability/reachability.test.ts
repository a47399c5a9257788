import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reachability } from '../../../src/domain/reachability.ts';
import { REAL_CASES } from './real-cases.ts';
import { answer, type Installed, install, label } from './real-projects.ts';

interface Judged {
  readonly case: string;
  readonly question: string;
  readonly truth: boolean;
  readonly undecidable: boolean;
  readonly status: Reachability['status'];
  readonly because: string;
}

const STATUSES = ['reachable', 'unknown', 'not-reachable'] as const;
let installed: Installed | undefined;
const judged: Judged[] = [];

beforeAll(async () => {
  installed = await install();
  if (installed === undefined) return;
  for (const [at, one] of REAL_CASES.entries()) {
    const labels = await label(installed, one, `cases/${at}`);
    for (const { question, answers } of await answer(installed, one)) {
      const truth = (question.includes('#') ? labels.called : labels.loaded).has(question);
      const status = STATUSES.find((status) => answers.some((one) => one.status === status));
      const because = answers.find((one) => one.status === status)?.because ?? '';
      const undecidable = one.undecidable?.includes(question) ?? false;
      judged.push({
        case: one.name,
        question,
        truth,
        undecidable,
        status: status ?? 'unknown',
        because,
      });
    }
  }
  const table = STATUSES.map((status) => {
    const said = judged.filter((one) => one.status === status);
    return `${status}: ${said.length} said, ${said.filter(({ truth }) => truth).length} of them run`;
  });
  process.stderr.write(
    `reachability, ${judged.length} questions labelled by execution: ${table.join('; ')}\n` +
      `precision of not-reachable ${precision('not-reachable').toFixed(3)}, of reachable ${precision('reachable').toFixed(3)}\n`,
  );
}, 300_000);

afterAll(async () => {
  await installed?.[Symbol.asyncDispose]();
});

function precision(status: 'reachable' | 'not-reachable'): number {
  const said = judged.filter((one) => one.status === status);
  const right = said.filter(({ truth }) => truth === (status === 'reachable'));
  return right.length / said.length;
}

describe('reachability of real packages, against what really runs', () => {
  it('has labels enough', ({ skip }) => {
    if (installed === undefined) skip('the npm registry cannot be reached');
    expect(judged.length).toBeGreaterThanOrEqual(30);
    expect(judged.filter(({ truth }) => truth).length).toBeGreaterThanOrEqual(15);
    expect(judged.filter(({ truth }) => !truth).length).toBeGreaterThanOrEqual(15);
  });

  it('never says not-reachable of what runs', ({ skip }) => {
    if (installed === undefined) skip('the npm registry cannot be reached');
    expect(judged.filter(({ status, truth }) => status === 'not-reachable' && truth)).toEqual([]);
  });

  it('says unknown where reading cannot tell', ({ skip }) => {
    if (installed === undefined) skip('the npm registry cannot be reached');
    const wrong = judged.filter(({ undecidable, status }) => undecidable && status !== 'unknown');
    expect(wrong).toEqual([]);
  });

  it('says reachable of what runs, and decides most questions', ({ skip }) => {
    if (installed === undefined) skip('the npm registry cannot be reached');
    expect(precision('reachable')).toBeGreaterThanOrEqual(0.9);
    const decidable = judged.filter(({ undecidable }) => !undecidable);
    const right = decidable.filter(
      ({ status, truth }) => status === (truth ? 'reachable' : 'not-reachable'),
    );
    expect(right.length / decidable.length).toBeGreaterThanOrEqual(0.75);
  });
});
