import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shipments } from './shipments.ts';

const confidence = (text: string) => Number(text.split(':')[1]);

it.each([
  {
    name: 'one set when all is safe',
    remedies: ['a:0.99', 'b:0.98'],
    sets: 'a:0.99 b:0.98',
    left: '',
  },
  {
    name: 'risky ones apart, in the order they came',
    remedies: ['a:0.9', 'b:0.99', 'c:0.85', 'd:0.99'],
    sets: 'a:0.9 b:0.99 d:0.99 | c:0.85',
    left: '',
  },
  {
    name: 'withheld below the threshold',
    remedies: ['a:0.99', 'b:0.7'],
    sets: 'a:0.99',
    left: 'b:0.7',
  },
  { name: 'nothing for nothing', remedies: [], sets: '', left: '' },
])('$name', ({ remedies, sets, left }) => {
  const { together, withheld } = shipments(remedies, confidence, 0.8);
  expect(together.map((set) => set.join(' ')).join(' | ')).toBe(sets);
  expect(withheld.join(' ')).toBe(left);
});

it('ships or withholds each remedy once, and no set falls below the threshold', () => {
  const remedy = fc.tuple(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(
      fc.array(remedy),
      fc.double({ min: 0.5, max: 0.99, noNaN: true }),
      (all, threshold) => {
        const { together, withheld } = shipments(all, ([, own]) => own, threshold, 0.99);
        expect(new Set([...together.flat(), ...withheld])).toEqual(new Set(all));
        for (const set of together) {
          const joint = set.reduce((product, [, own]) => product * own, 0.99);
          expect(joint).toBeGreaterThanOrEqual(threshold - 1e-9);
        }
      },
    ),
  );
});
