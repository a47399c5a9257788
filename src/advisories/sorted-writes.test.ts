import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { SortedWrites } from './sorted-writes.ts';

const folder = mkdtempSync(join(tmpdir(), 'suture-sorted-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('gives back what a map would hold, sorted, however small its buffer', () => {
  const write = fc.tuple(
    fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'b', 'é', '\t') }),
    fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined }),
  );
  fc.assert(
    fc.property(
      fc.array(write, { maxLength: 60 }),
      fc.integer({ min: 1, max: 20_000 }),
      (writes, bytes) => {
        using sorted = new SortedWrites(join(folder, 'run'), bytes);
        const expected = new Map<string, Uint8Array | undefined>();
        for (const [key, value] of writes) {
          expected.set(key, value);
          if (value === undefined) sorted.remove(key);
          else sorted.put(key, Buffer.from(value));
        }
        const drained = [...sorted.drain()].map(([key, value]) => [key, value && [...value]]);
        expect(drained).toEqual(
          [...expected]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, value]) => [key, value && [...value]]),
        );
        expect([...sorted.drain()]).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
  expect(readdirSync(folder)).toEqual([]);
});
