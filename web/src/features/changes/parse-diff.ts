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

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(.*)$/;

/** `b/src/x.ts` → `src/x.ts`; quotes of odd names are taken off. */
function pathOf(name: string): string {
  return name
    .replace(/\t.*$/, '')
    .replace(/^"(.*)"$/, '$1')
    .replace(/^[ab]\//, '');
}

/** Lines of a hunk, which ends when as many of each side have come as its heading says. */
class HunkReader {
  #before: number;
  #after: number;
  #left: { before: number; after: number };
  readonly #lines: DiffLine[];

  constructor([, before, removed = '1', after, added = '1']: RegExpExecArray, lines: DiffLine[]) {
    this.#before = Number(before);
    this.#after = Number(after);
    this.#left = { before: Number(removed), after: Number(added) };
    this.#lines = lines;
  }

  get done(): boolean {
    return this.#left.before <= 0 && this.#left.after <= 0;
  }

  take(line: string): DiffLine['kind'] {
    const kind = line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'same';
    const before = kind === 'added' ? undefined : this.#before;
    const after = kind === 'removed' ? undefined : this.#after;
    this.#lines.push({ kind, before, after, text: line.slice(1) });
    if (before !== undefined) {
      this.#before += 1;
      this.#left.before -= 1;
    }
    if (after !== undefined) {
      this.#after += 1;
      this.#left.after -= 1;
    }
    return kind;
  }

  note(line: string): void {
    this.#lines.push({
      kind: 'note',
      before: undefined,
      after: undefined,
      text: line.slice(1).trim(),
    });
  }
}

/** Reads a unified diff, git's or plain: its files, their hunks, their lines. Never throws. */
export function parseDiff(diff: string): readonly DiffFile[] {
  const files: OpenFile[] = [];
  let reader: HunkReader | undefined;
  const open = (name: string): void => {
    files.push({ path: pathOf(name), added: 0, removed: 0, hunks: [] });
    reader = undefined;
  };
  for (const line of diff.split('\n')) {
    const file = files.at(-1);
    if (line.startsWith('\\')) {
      reader?.note(line);
    } else if (file !== undefined && reader !== undefined && !reader.done) {
      const kind = reader.take(line);
      if (kind === 'added') file.added += 1;
      if (kind === 'removed') file.removed += 1;
    } else if (line.startsWith('diff --git ')) {
      open(/ b\/(.+)$/.exec(line)?.[1] ?? line.slice('diff --git '.length));
    } else if (line.startsWith('--- ')) {
      // A plain diff names its files only here.
      if (file === undefined || file.hunks.length > 0) open(line.slice(4));
    } else if (line.startsWith('+++ ')) {
      // A deleted file is known by its old name.
      if (file !== undefined && line !== '+++ /dev/null') file.path = pathOf(line.slice(4));
    } else {
      const heading = HUNK.exec(line);
      if (heading === null || file === undefined) continue;
      const hunk = { heading: (heading[5] ?? '').trim(), lines: [] };
      file.hunks.push(hunk);
      reader = new HunkReader(heading, hunk.lines);
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
