import type { DiffHunk, DiffLine } from '../../ui/diff-lines.tsx';

/** Unchanged lines that are shown around a change. */
const AROUND = 3;

/**
 * The shortest way from one text to the other, line by line.
 * Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986, section 3.
 */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const a = before.split('\n');
  const b = after.split('\n');
  const most = a.length + b.length;
  // Furthest x reached on each diagonal k = x - y, after d steps; kept for every d to walk back.
  let furthest = new Map([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let d = 0; d <= most; d += 1) {
    trace.push(new Map(furthest));
    const reached = new Map(furthest);
    for (let k = -d; k <= d; k += 2) {
      let x = startOf(furthest, k, d);
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x += 1;
        y += 1;
      }
      reached.set(k, x);
      furthest = reached;
      if (x >= a.length && y >= b.length) return walkBack(trace, a, b);
    }
  }
  return [];
}

/** Where diagonal `k` starts in step `d`: one down from the diagonal above, or one to the right. */
function startOf(furthest: ReadonlyMap<number, number>, k: number, d: number): number {
  const left = furthest.get(k - 1) ?? -1;
  const right = furthest.get(k + 1) ?? -1;
  return k === -d || (k !== d && left < right) ? Math.max(0, right) : left + 1;
}

function walkBack(
  trace: readonly ReadonlyMap<number, number>[],
  a: readonly string[],
  b: readonly string[],
): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const furthest = trace[d] ?? new Map<number, number>();
    const k = x - y;
    const down = k === -d || (k !== d && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1));
    const fromX = d === 0 ? 0 : (furthest.get(down ? k + 1 : k - 1) ?? 0);
    const fromY = d === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    const turnX = d === 0 ? 0 : down ? fromX : fromX + 1;
    const turnY = turnX - k;
    while (x > turnX && y > turnY) {
      x -= 1;
      y -= 1;
      lines.push({ kind: 'same', before: x + 1, after: y + 1, text: a[x] ?? '' });
    }
    if (d === 0) break;
    if (down) lines.push({ kind: 'added', before: undefined, after: y, text: b[fromY] ?? '' });
    else lines.push({ kind: 'removed', before: x, after: undefined, text: a[fromX] ?? '' });
    x = fromX;
    y = fromY;
  }
  return lines.reverse();
}

/** The changes with some lines around each; empty when the texts are the same. */
export function hunksOf(lines: readonly DiffLine[]): readonly DiffHunk[] {
  const hunks: { heading: string; lines: DiffLine[] }[] = [];
  let lastShown = -1;
  for (const [index, line] of lines.entries()) {
    const near = lines
      .slice(Math.max(0, index - AROUND), index + AROUND + 1)
      .some(({ kind }) => kind !== 'same');
    if (!near) continue;
    if (index !== lastShown + 1 || hunks.length === 0) hunks.push({ heading: '', lines: [] });
    hunks.at(-1)?.lines.push(line);
    lastShown = index;
  }
  return hunks;
}
