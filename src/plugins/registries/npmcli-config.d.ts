/** The part of `@npmcli/config` that is used; the package ships no types. */
declare module '@npmcli/config' {
  interface Options {
    readonly npmPath: string;
    readonly definitions: unknown;
    readonly shorthands: unknown;
    readonly flatten: unknown;
    readonly nerfDarts: unknown;
    readonly argv: readonly string[];
    readonly env: NodeJS.ProcessEnv;
    readonly cwd: string;
    readonly warn: boolean;
  }
  export default class Config {
    constructor(options: Options);
    load(): Promise<void>;
    /** The source that decides a key: `env`, `user`, `global`, `default`, … */
    find(key: string): string | null;
    readonly flat: Readonly<Record<string, unknown>>;
  }
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const all: {
    readonly definitions: unknown;
    readonly shorthands: unknown;
    readonly flatten: unknown;
    readonly nerfDarts: unknown;
  };
  export default all;
}
