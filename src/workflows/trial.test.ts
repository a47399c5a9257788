import { describe, expect, it } from 'vitest';
import type { DependencyGraph } from '../domain/dependency-graph.ts';
import { SutureError } from '../domain/error.ts';
import { changeOf, type TrialGround, tryChange } from './trial.ts';

const remedy = {
  kind: 'upgrade',
  package: 'qs',
  from: '6.2.0',
  to: '6.2.4',
  workspaces: [''],
  because: '',
  closes: [],
} as const;

/** A ground on which applying ends with an error; nothing else of it is reached. */
function failing(error: unknown): TrialGround {
  return {
    copies: { pristine: '', make: async () => '', [Symbol.asyncDispose]: async () => {} },
    patcher: {
      manager: 'npm',
      apply: async () => {
        throw error;
      },
    },
    graph: { file: 'package-lock.json' } as DependencyGraph,
    folder: '',
    progress: () => {},
  } as unknown as TrialGround;
}

const change = changeOf([remedy], { lockfile: 'package-lock.json', signs: [] }, []);
const coded = (code: string) => new SutureError(code, 'npm said no', { remedy: 'Do.' });

describe('tryChange', () => {
  it.each(['patch-not-applied', 'version-unavailable'])(
    'holds %s against the set',
    async (code) => {
      const trial = await tryChange(change, failing(coded(code)));
      expect(trial).toEqual({
        stands: false,
        why: 'npm could not apply it: npm said no',
        result: undefined,
      });
    },
  );

  it.each([
    ['no registry', coded('registry-unreachable')],
    ['no package manager', coded('package-manager-missing')],
    ['a fault of ours', new ReferenceError('x is not defined')],
    ['a full disk', Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })],
  ])('does not hold %s against the set', async (_case, error) => {
    await expect(tryChange(change, failing(error))).rejects.toBe(error);
  });
});
