import type { SourceTree } from '../../src/ports/source-tree.ts';

/** A {@link SourceTree} over texts by path, for tests that say all of their input. */
export function memoryTree(files: Readonly<Record<string, string>>): SourceTree {
  const texts = new Map(Object.entries(files));
  return {
    list: (under = '') =>
      Promise.resolve(
        [...texts.keys()].filter((path) => under === '' || path.startsWith(`${under}/`)).sort(),
      ),
    read: (path) => Promise.resolve(texts.get(path)),
  };
}
