/**
 * Logistic regression with a normal prior of mean 0 on the weights (not on the intercept), by
 * Newton's method. Weights whose sign is fixed and comes out wrong are held at 0 and the rest is
 * fitted again, so that the result is monotone where it must be.
 *
 * @param rows feature vectors of equal length
 * @param labels 0 or 1 per row
 * @param signs per feature: −1 never positive, 1 never negative, 0 free
 * @param precision 1 / variance of the prior
 */
export function fitLogistic(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  signs: readonly (-1 | 0 | 1)[],
  precision: number,
): { intercept: number; weights: readonly number[] } {
  const held = new Set<number>();
  for (;;) {
    const free = signs.map((_, index) => index).filter((index) => !held.has(index));
    const solution = newton(rows, labels, free, precision);
    const wrong = free.filter((index, at) => (signs[index] ?? 0) * (solution[at + 1] ?? 0) < 0);
    for (const index of wrong) held.add(index);
    if (wrong.length > 0) continue;
    const weights = signs.map(() => 0);
    for (const [at, index] of free.entries()) weights[index] = solution[at + 1] ?? 0;
    return { intercept: solution[0] ?? 0, weights };
  }
}

function newton(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  free: readonly number[],
  precision: number,
): number[] {
  const size = free.length + 1;
  let w: number[] = Array.from({ length: size }, (_, index) => (index === 0 ? -5 : 0));
  for (let step = 0; step < 20; step += 1) {
    const gradient = w.map((value, index) => (index === 0 ? 0 : -precision * value));
    const hessian = w.map((_, i) => w.map((_, j) => (i === j && i > 0 ? precision : 0)));
    for (const [at, row] of rows.entries()) {
      const x = [1, ...free.map((index) => row[index] ?? 0)];
      const p = 1 / (1 + Math.exp(-x.reduce((sum, value, i) => sum + value * (w[i] ?? 0), 0)));
      accumulate(x, (labels[at] ?? 0) - p, p * (1 - p), gradient, hessian);
    }
    const delta = solve(hessian, gradient);
    w = w.map((value, index) => value + (delta[index] ?? 0));
    if (Math.max(...delta.map(Math.abs)) < 1e-9) break;
  }
  return w;
}

function accumulate(
  x: readonly number[],
  residual: number,
  curvature: number,
  gradient: number[],
  hessian: number[][],
): void {
  for (const [i, xi] of x.entries()) {
    if (xi === 0) continue;
    gradient[i] = (gradient[i] ?? 0) + residual * xi;
    const row = hessian[i] ?? [];
    for (const [j, xj] of x.entries()) row[j] = (row[j] ?? 0) + curvature * xi * xj;
  }
}

/** Gauss–Jordan elimination with partial pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const a = matrix.map((row, index) => [...row, right[index] ?? 0]);
  const at = (i: number, j: number) => a[i]?.[j] ?? 0;
  for (let column = 0; column < a.length; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < a.length; row += 1) {
      if (Math.abs(at(row, column)) > Math.abs(at(pivot, column))) pivot = row;
    }
    const pivotRow = a[pivot] ?? [];
    a[pivot] = a[column] ?? [];
    a[column] = pivotRow;
    for (const [index, row] of a.entries()) {
      if (index === column) continue;
      const ratio = (row[column] ?? 0) / (pivotRow[column] ?? 1);
      for (let j = column; j <= a.length; j += 1)
        row[j] = (row[j] ?? 0) - ratio * (pivotRow[j] ?? 0);
    }
  }
  return a.map((_, index) => at(index, a.length) / at(index, index));
}
