import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose } from './choose.ts';
import type { Question } from './selection.ts';
import { contradicts, costOf, joinWays, type Step, stepKey, type Way } from './step.ts';

const EXTRA = { '1.0.1': 1, '1.1.0': 3, '2.0.0': 12 } as const;

const step: fc.Arbitrary<Step> = fc
  .record({
    name: fc.constantFrom('p', 'q', 'r', 's'),
    to: fc.constantFrom('1.0.1' as const, '1.1.0' as const, '2.0.0' as const),
  })
  .map(({ name, to }) => ({
    kind: 'upgrade',
    package: name,
    from: '1.0.0',
    to,
    workspaces: [],
    // The same act costs the same wherever it occurs.
    cost: name.charCodeAt(0) - 110 + EXTRA[to],
    notes: [],
  }));

const questions: fc.Arbitrary<Question[]> = fc
  .array(fc.array(fc.array(step, { minLength: 1, maxLength: 2 }), { maxLength: 3 }), {
    maxLength: 5,
  })
  .map((list) =>
    list.map((options, hole) => ({
      hole: `h${hole}`,
      options: options.flatMap((steps) => {
        const way = joinWays(steps.map((one) => ({ steps: [one] })));
        return way === undefined ? [] : [{ ...way, closes: new Set([`h${hole}`]) }];
      }),
    })),
  );

describe('choose', () => {
  it('is as good as trying everything', () => {
    fc.assert(
      fc.property(
        questions,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 5, maxLength: 5 }),
        (asked, scores) => {
          const weights = new Map(asked.map(({ hole }, index) => [hole, scores[index] ?? 1]));
          const best = bruteForce(asked, weights);
          const found = rate(asked, choose(asked, weights), weights);
          expect(found).toEqual(best);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('settles sixty entangled holes quickly', () => {
    const shared = Array.from({ length: 60 }, (_, index): Question => {
      const own = upgrade(`own${index}`, '1.0.1', 4);
      const common = upgrade(`common${index % 7}`, '2.0.0', 9);
      const other = upgrade(`common${(index + 3) % 7}`, '2.0.0', 9);
      const closes = new Set([`h${index}`]);
      return {
        hole: `h${index}`,
        options: [own, common, other].map((one) => ({ steps: [one], closes })),
      };
    });
    const started = performance.now();
    const ways = choose(shared, new Map(shared.map(({ hole }) => [hole, 1])));
    expect(performance.now() - started).toBeLessThan(5_000);
    // Four of seven common parents cover the circle of threes.
    expect(costOf(joinWays(ways)?.steps ?? [])).toBe(36);
  });
});

function upgrade(name: string, to: string, cost: number): Step {
  return { kind: 'upgrade', package: name, from: '1.0.0', to, workspaces: [], cost, notes: [] };
}

interface Rated {
  readonly weight: number;
  readonly cost: number;
}

function bruteForce(asked: readonly Question[], weights: ReadonlyMap<string, number>): Rated {
  let best: Rated = { weight: 0, cost: 0 };
  const visit = (index: number, ways: readonly Way[]): void => {
    const question = asked[index];
    if (question === undefined) {
      const rated = rate(asked, ways, weights);
      if (rated.weight > best.weight || (rated.weight === best.weight && rated.cost < best.cost))
        best = rated;
      return;
    }
    visit(index + 1, ways);
    for (const option of question.options) {
      const steps = ways.flatMap((way) => way.steps);
      if (option.steps.some((a) => steps.some((b) => contradicts(a, b)))) continue;
      visit(index + 1, [...ways, option]);
    }
  };
  visit(0, []);
  return best;
}

function rate(
  asked: readonly Question[],
  ways: readonly Way[],
  weights: ReadonlyMap<string, number>,
): Rated {
  const taken = new Set(ways.flatMap(({ steps }) => steps.map(stepKey)));
  const free = ({ steps }: Way) => steps.every((one) => taken.has(stepKey(one)));
  const closed = new Set(
    asked.flatMap(({ options }) => options.filter(free).flatMap(({ closes }) => [...closes])),
  );
  const weight = [...closed].reduce((sum, id) => sum + (weights.get(id) ?? 0), 0);
  return { weight, cost: costOf(joinWays(ways)?.steps ?? []) };
}
