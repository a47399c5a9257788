import type { DiffHunk, DiffLine } from '../../ui/diff-lines.tsx';

export interface DiffFile {
  readonly path: string;
  readonly added: number;
  readonly removed: number;
  readonly hunks: readonly DiffHunk[];
}

interface OpenFile {
  path: string;
  added: number;
  removed: number;
  hunks: { heading: string; lines: DiffLine[] }[];
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@(.*)$/;

/** `b/src/x.ts` → `src/x.ts`; quotes of odd names are taken off. */
function pathOf(name: string): string {
  return name.replace(/^"(.*)"$/, '$1').replace(/^[ab]\//, '');
}

/** Reads a unified diff of git: its files, their hunks, their lines. Never throws. */
export function parseDiff(diff: string): readonly DiffFile[] {
  const files: OpenFile[] = [];
  let before = 0;
  let after = 0;
  let inHunk = false;
  for (const line of diff.split('\n')) {
    const file = files.at(-1);
    if (line.startsWith('diff --git ')) {
      const name = / b\/(.+)$/.exec(line)?.[1] ?? line.slice('diff --git '.length);
      files.push({ path: pathOf(name), added: 0, removed: 0, hunks: [] });
      inHunk = false;
      continue;
    }
    if (file === undefined) continue;
    const hunk = HUNK.exec(line);
    if (hunk !== null) {
      before = Number(hunk[1]);
      after = Number(hunk[2]);
      file.hunks.push({ heading: (hunk[3] ?? '').trim(), lines: [] });
      inHunk = true;
      continue;
    }
    if (!inHunk) {
      // A deleted file is known by its old name.
      if (line.startsWith('+++ ') && line !== '+++ /dev/null') file.path = pathOf(line.slice(4));
      continue;
    }
    const lines = file.hunks.at(-1)?.lines;
    const text = line.slice(1);
    if (line.startsWith('+')) {
      lines?.push({ kind: 'added', before: undefined, after, text });
      file.added += 1;
      after += 1;
    } else if (line.startsWith('-')) {
      lines?.push({ kind: 'removed', before, after: undefined, text });
      file.removed += 1;
      before += 1;
    } else if (line.startsWith('\\')) {
      lines?.push({ kind: 'note', before: undefined, after: undefined, text: text.trim() });
    } else if (line.startsWith(' ')) {
      lines?.push({ kind: 'same', before, after, text });
      before += 1;
      after += 1;
    }
  }
  return files;
}

const LOCKFILES = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
]);

/** Written by a package manager: long, and seldom what a person wants to read first. */
export function isLockfile(path: string): boolean {
  return LOCKFILES.has(path.split('/').at(-1) ?? '');
}
