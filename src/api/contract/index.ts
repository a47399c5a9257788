/** Everything the API can do; handlers, the reference and the page's client are made from this. */
export * as assets from './assets.ts';
export * as changes from './changes.ts';
export * as decisions from './decisions.ts';
export * as findings from './findings.ts';
export * as operation from './operation.ts';
export * as people from './people.ts';
export * as policy from './policy.ts';
