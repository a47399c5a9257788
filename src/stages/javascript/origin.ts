/** Where a value comes from: the module, and the members taken on the way. */
export interface Origin {
  readonly specifier: string;
  readonly chain: readonly string[];
  /** `import()` before it is awaited. */
  readonly promise: boolean;
  /**
   * Chains up to this length are an instance made by `new`, which was recorded there: handing the
   * instance on says nothing new. -1 when it is no instance.
   */
  readonly instanceLength: number;
}

export function moduleOrigin(specifier: string, chain: readonly string[] = []): Origin {
  return { specifier, chain, promise: false, instanceLength: -1 };
}

export function member(origin: Origin, name: string): Origin {
  return { ...origin, chain: [...origin.chain, name] };
}

/**
 * The name an advisory would use: a leading `default` is how ESM and compiled code see a CommonJS
 * module, so `lodash.default.template` is `template` and `default` alone is the module itself.
 */
export function nameOf(origin: Origin): string {
  let from = 0;
  while (origin.chain[from] === 'default') from += 1;
  return origin.chain.slice(from).join('.');
}

/** Calls that hand a required module through: Babel's, TypeScript's and esbuild's interop. */
export function isInterop(callee: string | undefined): boolean {
  return (
    callee !== undefined &&
    /^_?_?(interop(Require(Default|Wildcard)|Default|Namespace)\w*|import(Default|Star)|toESM|esm_?Interop\w*|getDefaultExportFrom\w*)$/.test(
      callee,
    )
  );
}
