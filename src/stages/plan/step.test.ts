import { describe, expect, it } from 'vitest';
import { cheapest, type Step, type Way } from './step.ts';

const step = (kind: Step['kind'], name: string, cost: number): Step => ({
  kind,
  package: name,
  from: '1.0.0',
  to: '2.0.0',
  workspaces: [],
  cost,
  notes: [],
});
const parent = (name: string, cost: number): Way => ({
  steps: [step('parent-upgrade', name, cost)],
});
const override = (cost: number): Way => ({ steps: [step('override', 'hole', cost)] });
const names = (ways: readonly Way[]) => ways.map(({ steps }) => steps[0]?.package);

describe('cheapest', () => {
  it.each([
    ['the cheapest, in order', [parent('b', 2), parent('a', 1), parent('c', 3)], ['a', 'b']],
    ['each once', [parent('a', 1), parent('a', 1), parent('b', 2)], ['a', 'b']],
    [
      'the override that a crowd of parents would push out',
      [parent('a', 1), parent('b', 2), parent('c', 3), override(9), override(9)],
      ['a', 'b', 'hole'],
    ],
    ['no more than that', [override(1), parent('a', 2), parent('b', 3)], ['hole', 'a']],
  ])('keeps %s', (_case, ways, kept) => {
    expect(names(cheapest(ways, 2))).toEqual(kept);
  });
});
