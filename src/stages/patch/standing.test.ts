import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standingRemedies } from './standing.ts';

async function run(remedies: readonly string[], breaks: (set: readonly string[]) => boolean) {
  const trials: string[] = [];
  const standing = await standingRemedies(remedies, (set) => {
    trials.push(set.join(''));
    const broken = breaks(set);
    return Promise.resolve({ stands: !broken, why: broken ? 'red' : '', result: set.join('') });
  });
  return { standing, trials };
}

describe('standingRemedies', () => {
  it('needs one trial when all stand', async () => {
    const { standing, trials } = await run(['a', 'b', 'c'], () => false);
    expect(standing).toEqual({ remedies: ['a', 'b', 'c'], result: 'abc', fallen: [] });
    expect(trials).toEqual(['abc']);
  });

  it('takes one culprit out and keeps the others', async () => {
    const { standing, trials } = await run('abcdefgh'.split(''), (set) => set.includes('g'));
    expect(standing.remedies.join('')).toBe('abcdefh');
    expect(standing.fallen).toEqual([{ remedy: 'g', why: 'red' }]);
    expect(trials.length).toBeLessThanOrEqual(6);
  });

  it('has no result when nothing stands', async () => {
    const { standing } = await run(['a', 'b'], () => true);
    expect(standing.result).toBeUndefined();
    expect(standing.remedies).toEqual([]);
    expect(standing.fallen.map(({ remedy }) => remedy)).toEqual(['a', 'b']);
  });

  it('drops the later of two that only clash with each other', async () => {
    const { standing } = await run(
      ['a', 'b', 'c'],
      (set) => set.includes('a') && set.includes('c'),
    );
    expect(standing.remedies).toEqual(['a', 'b']);
  });

  it('asks nothing for no remedies', async () => {
    expect((await run([], () => true)).trials).toEqual([]);
  });

  it('keeps exactly the innocent, never asks twice, and the result is of what it keeps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(20)),
        fc.uniqueArray(fc.nat(20)),
        async (all, guilty) => {
          const names = all.map(String);
          const culprits = new Set(guilty.map(String));
          const { standing, trials } = await run(names, (set) =>
            set.some((name) => culprits.has(name)),
          );
          expect(standing.remedies).toEqual(names.filter((name) => !culprits.has(name)));
          expect(standing.result).toBe(
            standing.remedies.length === 0 ? undefined : standing.remedies.join(''),
          );
          expect(new Set(trials).size).toBe(trials.length);
        },
      ),
    );
  });
});
