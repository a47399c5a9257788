import { describe, expect, it } from 'vitest';
import { isLockfile, parseDiff } from './parse-diff.ts';

const DIFF = `diff --git a/src/a.js b/src/a.js
index 1..2 100644
--- a/src/a.js
+++ b/src/a.js
@@ -3,3 +3,4 @@ function a() {
 same
-old
+new
+newer
 same again
@@ -20 +21 @@
--- a line that looks like a heading
+++ another
\\ No newline at end of file
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
-last
diff --git a/old name.md b/new name.md
similarity index 100%
rename from old name.md
rename to new name.md
`;

describe('parseDiff', () => {
  const files = parseDiff(DIFF);

  it('finds the files with what was added and removed', () => {
    expect(files.map(({ path, added, removed }) => [path, added, removed])).toEqual([
      ['src/a.js', 3, 2],
      ['gone.txt', 0, 1],
      ['new name.md', 0, 0],
    ]);
  });

  it('numbers lines before and after', () => {
    expect(
      files[0]?.hunks[0]?.lines.map(({ kind, before, after }) => [kind, before, after]),
    ).toEqual([
      ['same', 3, 3],
      ['removed', 4, undefined],
      ['added', undefined, 4],
      ['added', undefined, 5],
      ['same', 5, 6],
    ]);
    expect(files[0]?.hunks[0]?.heading).toBe('function a() {');
  });

  it('takes lines of a hunk for lines, whatever they look like', () => {
    expect(files[0]?.hunks[1]?.lines.map(({ kind, text }) => [kind, text])).toEqual([
      ['removed', '-- a line that looks like a heading'],
      ['added', '++ another'],
      ['note', 'No newline at end of file'],
    ]);
  });

  it('reads plain diffs, too', () => {
    const plain =
      '--- a/x.txt\n+++ b/x.txt\n@@ -1 +1 @@\n-a\n+b\n--- a/y.txt\n+++ b/y.txt\n@@ -1 +1 @@\n-c\n+d\n';
    expect(parseDiff(plain).map(({ path, added }) => [path, added])).toEqual([
      ['x.txt', 1],
      ['y.txt', 1],
    ]);
  });

  it.each([[''], ['nonsense\n'], ['@@ -1 +1 @@\n+x'], ['diff --git a/x b/x\n@@ broken']])(
    'makes the best of %j',
    (text) => {
      expect(() => parseDiff(text)).not.toThrow();
    },
  );
});

describe('isLockfile', () => {
  it.each([
    ['package-lock.json', true],
    ['apps/web/pnpm-lock.yaml', true],
    ['package.json', false],
  ])('%s: %s', (path, expected) => {
    expect(isLockfile(path)).toBe(expected);
  });
});
