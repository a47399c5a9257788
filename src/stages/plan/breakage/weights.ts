/**
 * Log-odds that a sign adds to the probability that an upgrade breaks the project.
 *
 * Only `major` rests on counts: 44 % of the breakages that npm clients saw came in minor and patch
 * releases, so 56 % came in majors (Venturini et al. 2023, "I depended on you and you broke me"); if
 * about one update in five is a major, its odds are (0.56 / 0.2) / (0.44 / 0.8) ≈ 5 times as high,
 * and ln 5 ≈ 1.6. The others are judgements, ordered by how directly the sign leads to an error:
 * what throws while the module loads weighs most; what rests on lists of names that static reading
 * gets wrong now and then weighs little. `test/quality/breakage.test.ts` measures them on real pairs.
 */
export const WEIGHT = {
  major: 1.6,
  /** `require()` of an ES module, on a Node that throws ERR_REQUIRE_ESM. */
  requireThrows: 3.5,
  /** The same where Node returns a namespace instead, and the code uses it as the old value. */
  requireGivesNamespace: 3,
  /** The same where every name used is there under its own name. */
  requireStillFits: 0.3,
  /** ERR_PACKAGE_PATH_NOT_EXPORTED. */
  subpathClosed: 3.5,
  /** The file is gone, or too large to be looked at. */
  fileGone: 2,
  /** All exports are listed, and a used one is not among them any more. */
  exportGone: 2.2,
  /** The module was called itself, and now exports names only. */
  notCallable: 2.5,
  /** The exports cannot be listed; the word is nowhere in the new code, and was in the old. */
  wordGone: 0.9,
  /** Fewer parameters than the call has arguments: a callback that nobody calls, as a rule. */
  fewerParameters: 1.2,
  /** The same of an exported name, whose declaration may end in a rest parameter. */
  fewerParametersOfName: 0.6,
  engines: 1,
  peer: 1.2,
  /** It needs a compiler, a download or a permission that may not be there. */
  installScript: 0.5,
} as const;

/** A compiler or bundler between source and Node may make either loader of an `import`. */
export const COMPILED = 0.5;
