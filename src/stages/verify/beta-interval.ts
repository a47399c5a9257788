/**
 * The central interval of a Beta distribution.
 *
 * @param mean Between 0 and 1, exclusive.
 * @param strength Pseudo-counts: α + β.
 * @param mass Probability inside, 0.9 for a 90 % interval.
 */
export function betaInterval(mean: number, strength: number, mass: number): [number, number] {
  const alpha = mean * strength;
  const beta = (1 - mean) * strength;
  const tail = (1 - mass) / 2;
  return [quantile(tail, alpha, beta), quantile(1 - tail, alpha, beta)];
}

/** Bisection: the distribution function is monotone, and 50 halvings are exact to 1e-15. */
function quantile(probability: number, alpha: number, beta: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, alpha, beta) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Regularised incomplete beta function I_x(a, b), by its continued fraction (NIST DLMF 8.17.22)
 * evaluated with Lentz's method (DLMF 3.10(iii)).
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only below the mean; I_x(a, b) = 1 - I_{1-x}(b, a) (8.17.4).
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny);
  let fraction = d;
  for (let m = 1; m <= 300; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const coefficient of [even, odd]) {
      d = 1 / nonZero(1 + coefficient * d, tiny);
      c = nonZero(1 + coefficient / c, tiny);
      change = c * d;
      fraction *= change;
    }
    if (Math.abs(change - 1) < 1e-14) break;
  }
  return (front * fraction) / a;
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** Stirling's series (DLMF 5.11.1) after shifting the argument above 10 by Γ(z + 1) = z Γ(z). */
function logGamma(z: number): number {
  let shift = 0;
  let x = z;
  while (x < 10) {
    shift += Math.log(x);
    x += 1;
  }
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
