import { describe, expect, it } from 'vitest';
import type { PlannedChange, VerifiedChange } from '../domain/change.ts';
import type { Finding } from '../domain/finding.ts';
import type { UnfixedFinding } from '../domain/remedy.ts';
import { acrossLockfiles, onBase } from './across-lockfiles.ts';
import type { AcceptedChange, LockfileOutcome } from './patch-types.ts';

const findings = ['f1', 'f2'].map((id) => ({ id, risk: { score: 10 } }) as Finding);

const planned = (id: string, closes: readonly string[]): PlannedChange => ({
  id,
  lockfile: `${id}/package-lock.json`,
  remedies: [],
  closes,
  riskRemoved: closes.length * 10,
  signs: [],
});

/** Only what putting together looks at; the rest of an accepted change belongs to its trial. */
const accepted = (id: string, closes: readonly string[]) =>
  ({ change: planned(id, closes) }) as AcceptedChange;
const withheld = (id: string, closes: readonly string[]) => planned(id, closes) as VerifiedChange;
const unfixed = (finding: string, why: string): UnfixedFinding => ({
  finding,
  why,
  needed: 'a release',
  options: [{ kind: 'upgrade', package: 'x', why }],
});
const outcome = (parts: Partial<LockfileOutcome>): LockfileOutcome => ({
  accepted: [],
  abstained: [],
  unfixed: [],
  fell: [],
  problems: [],
  ...parts,
});

const together = (...outcomes: readonly LockfileOutcome[]) => {
  const results = outcomes.map((one, i) => ({ lockfile: `${'ab'[i]}/lock`, outcome: one }));
  const { accepted: handed, unfixed: stays } = acrossLockfiles(results, findings);
  return {
    handed: handed.map(({ change: { closes, partly = [], riskRemoved } }) => [
      closes,
      partly,
      riskRemoved,
    ]),
    stays: stays.map(({ finding, why }) => [finding, why]),
  };
};

describe('a finding in two lockfiles', () => {
  it.each([
    {
      name: 'is closed when both changes close it',
      outcomes: [
        outcome({ accepted: [accepted('a', ['f1', 'f2'])] }),
        outcome({ accepted: [accepted('b', ['f1'])] }),
      ],
      handed: [
        [['f1', 'f2'], [], 20],
        [['f1'], [], 10],
      ],
      stays: [],
    },
    {
      name: 'is not closed when one has no remedy',
      outcomes: [
        outcome({ accepted: [accepted('a', ['f1', 'f2'])] }),
        outcome({ unfixed: [unfixed('f1', 'no release')] }),
      ],
      handed: [[['f2'], ['f1'], 10]],
      stays: [['f1', 'b/lock: no release']],
    },
    {
      name: 'is not closed when one change is withheld',
      outcomes: [
        outcome({ accepted: [accepted('a', ['f1'])] }),
        outcome({ abstained: [withheld('b', ['f1'])] }),
      ],
      handed: [[[], ['f1'], 0]],
      stays: [],
    },
    {
      name: 'is told once, with both reasons',
      outcomes: [
        outcome({ unfixed: [unfixed('f1', 'no release')] }),
        outcome({ unfixed: [unfixed('f1', 'its tests fail')] }),
      ],
      handed: [],
      stays: [['f1', 'a/lock: no release; b/lock: its tests fail']],
    },
    {
      name: 'keeps its reason as it is where there is one lockfile',
      outcomes: [outcome({ unfixed: [unfixed('f1', 'no release')] })],
      handed: [],
      stays: [['f1', 'no release']],
    },
  ])('$name', ({ outcomes, handed, stays }) => {
    expect(together(...outcomes)).toEqual({ handed, stays });
  });
});

it('binds ids to what they start from', () => {
  const one = outcome({ accepted: [accepted('a', [])], abstained: [withheld('b', [])] });
  const ids = (base: string) => {
    const bound = onBase(one, base);
    return [...bound.accepted.map(({ change }) => change.id), ...bound.abstained.map((c) => c.id)];
  };
  expect(ids('commit 1')).toEqual(ids('commit 1'));
  expect(new Set([...ids('commit 1'), ...ids('commit 2'), 'a', 'b']).size).toBe(6);
});
