import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advisoryRecord,
  affected,
  buildUnits,
  dumpIndex,
  temporaryFolder,
  unitOf,
} from '../../test/support/advisories.ts';
import type { FeedRecord } from '../ports/feed.ts';
import { buildIndex, currentState } from './build.ts';
import { openIndex } from './open-index.ts';

const id = fc.constantFrom('GHSA-a', 'GHSA-b', 'GO-1', 'PYSEC-1', 'CVE-2020-0001', 'CVE-2020-0002');
const someAdvisory = fc
  .record({
    id,
    aliases: fc.uniqueArray(id, { maxLength: 3 }),
    modified: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
    summary: fc.constantFrom('one', 'two'),
    packages: fc.uniqueArray(fc.constantFrom('x', 'y'), { maxLength: 2 }),
    withdrawn: fc.boolean(),
  })
  .map(({ aliases, packages, withdrawn, ...given }) =>
    advisoryRecord(
      {
        ...given,
        aliases: aliases.filter((alias) => alias !== given.id).sort(),
        affected: packages.map((name) => affected(name, given.summary)),
      },
      withdrawn,
    ),
  );
const someThreat = fc
  .record({ id, publicExploits: fc.nat(3) })
  .map(
    ({ id, publicExploits }): FeedRecord => ({ kind: 'threat', id, threat: { publicExploits } }),
  );
const someState = fc.dictionary(
  fc.constantFrom('osv/a', 'osv/b', 'cve/c'),
  fc.array(fc.oneof(someAdvisory, someThreat), { maxLength: 5 }),
  { minKeys: 1 },
);

describe('an index that was changed', () => {
  it('equals one that was built from nothing', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someState, { minLength: 2, maxLength: 4 }), async (states) => {
        const changed = temporaryFolder();
        for (const state of states) await buildUnits(changed, state);
        const fresh = temporaryFolder();
        await buildUnits(fresh, states.at(-1) ?? {});
        expect(await dumpIndex(changed)).toEqual(await dumpIndex(fresh));
      }),
      { numRuns: 60 },
    );
  });
});

describe('buildIndex', () => {
  it('leaves out a unit that cannot be read to its end, and keeps what it held', async () => {
    const home = temporaryFolder();
    await buildUnits(home, {
      'osv/a': [advisoryRecord({ id: 'GHSA-old', affected: [affected('a')] })],
    });
    const broken = {
      ...unitOf('osv/a', []),
      async *read() {
        yield advisoryRecord({ id: 'GHSA-new', affected: [affected('a')] });
        throw new Error('cut short');
      },
    };
    const good = unitOf('osv/b', [advisoryRecord({ id: 'GHSA-b', affected: [affected('b')] })]);
    const outcome = await buildIndex({ home, delta: { apply: [broken, good], remove: [] } });
    expect([...outcome.failures.keys()]).toEqual(['osv/a']);
    const index = openIndex(home);
    expect(index.affecting('npm', 'a').map((each) => each.id)).toEqual(['GHSA-old']);
    expect(index.affecting('npm', 'b').map((each) => each.id)).toEqual(['GHSA-b']);
    await index.close();
  });

  it('counts only what differs', async () => {
    const home = temporaryFolder();
    const records = ['GHSA-a', 'GHSA-b', 'GHSA-c'].map((id) => advisoryRecord({ id }));
    await buildUnits(home, { 'osv/a': records });
    const next = [
      advisoryRecord({ id: 'GHSA-a' }),
      advisoryRecord({ id: 'GHSA-b', summary: 'new' }),
      advisoryRecord({ id: 'GHSA-d' }),
    ];
    const { changes } = await buildIndex({
      home,
      delta: { apply: [unitOf('osv/a', next)], remove: [] },
    });
    expect(changes).toEqual({ added: 1, changed: 1, removed: 1 });
  });

  it('does nothing without a reason', async () => {
    const home = temporaryFolder();
    const outcome = await buildIndex({ home, delta: { apply: [], remove: [] } });
    expect(outcome.generation).toBeUndefined();
    expect(await currentState(home)).toMatchObject({ units: [] });
  });
});
