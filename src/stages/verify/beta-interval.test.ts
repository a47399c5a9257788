import { expect, it } from 'vitest';
import { betaInterval, incompleteBeta } from './beta-interval.ts';

// Closed forms: I_x(a, 1) = x^a, I_x(1, b) = 1 - (1 - x)^b, I_1/2(a, a) = 1/2, and a binomial sum.
it.each([
  [0.3, 4, 1, 0.3 ** 4],
  [0.3, 1, 7, 1 - 0.7 ** 7],
  [0.5, 13, 13, 0.5],
  [0.2, 0.5, 1, Math.sqrt(0.2)],
  [0.4, 2, 3, 6 * 0.4 ** 2 * 0.6 ** 2 + 4 * 0.4 ** 3 * 0.6 + 0.4 ** 4],
  [0, 2, 3, 0],
  [1, 2, 3, 1],
])('I_%d(%d, %d) = %d', (x, a, b, expected) => {
  expect(incompleteBeta(x, a, b)).toBeCloseTo(expected, 12);
});

it('holds the mass it is asked for', () => {
  const [low, high] = betaInterval(0.9, 40, 0.9);
  expect(incompleteBeta(low, 36, 4)).toBeCloseTo(0.05, 9);
  expect(incompleteBeta(high, 36, 4)).toBeCloseTo(0.95, 9);
});

it('narrows with more evidence', () => {
  const width = (strength: number) => {
    const [low, high] = betaInterval(0.9, strength, 0.9);
    return high - low;
  };
  expect(width(200)).toBeLessThan(width(20));
});
