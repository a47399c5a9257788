/** Names that the code of a package speaks of; what a name is there for is not looked at. */
export type Vocabulary = ReadonlySet<string>;

const SOURCE = /\.[cm]?js$/;
/** Not what a dependent runs. */
const BESIDE = /(?:^|\/)(?:tests?|__tests__|spec|examples?|docs?|benchmarks?|bench)\//;
const WORD = /[A-Za-z_$][\w$]*/g;
/** Characters looked at per package; beyond, nothing is concluded. */
const MAX_CHARACTERS = 6_000_000;

/** Every word in the package's code, or `undefined` when there is too much of it or none. */
export function vocabularyOf(files: ReadonlyMap<string, string>): Vocabulary | undefined {
  const words = new Set<string>();
  let characters = 0;
  for (const [path, text] of files) {
    if (!SOURCE.test(path) || BESIDE.test(path)) continue;
    characters += text.length;
    if (characters > MAX_CHARACTERS) return undefined;
    for (const [word] of text.matchAll(WORD)) words.add(word);
  }
  return words.size === 0 ? undefined : words;
}
