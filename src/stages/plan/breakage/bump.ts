import type { PublishedVersion } from '../../../ports/package-registry.ts';
import { type Loader, type Resolution, resolve } from './resolve.ts';
import { type Surface, surfaceOf } from './surface.ts';
import type { PackageUse } from './uses.ts';
import { type Vocabulary, vocabularyOf } from './vocabulary.ts';
import { type WholeFunction, wholeFunction } from './whole-function.ts';

/** One package going from one version to another, and all that is known of how it is used. */
export interface Bump {
  readonly package: string;
  readonly from: PublishedVersion;
  readonly to: PublishedVersion;
  /** Text files of the published tarballs, by path without the leading `package/`. */
  readonly fromFiles: ReadonlyMap<string, string>;
  readonly toFiles: ReadonlyMap<string, string>;
  readonly uses: readonly PackageUse[];
  /** Lowest Node version the project runs on; absent when nothing says so. */
  readonly nodeFloor?: string;
  /** Installed versions of the packages that `to` may ask for as peers, by name. */
  readonly installed: ReadonlyMap<string, readonly string[]>;
}

/** One of the two versions, read lazily: most signs need little of it. */
export class Side {
  readonly files: ReadonlyMap<string, string>;
  readonly #surfaces = new Map<string, Surface>();
  readonly #functions = new Map<string, WholeFunction | undefined>();
  #vocabulary: { readonly words: Vocabulary | undefined } | undefined;

  constructor(files: ReadonlyMap<string, string>) {
    this.files = files;
  }

  resolve(subpath: string, loader: Loader): Resolution {
    return resolve(this.files, subpath, loader);
  }

  surface(at: Resolution & { readonly status: 'file' }): Surface {
    const known = this.#surfaces.get(at.path) ?? surfaceOf(this.files, at.path, at.format);
    this.#surfaces.set(at.path, known);
    return known;
  }

  wholeFunction(path: string): WholeFunction | undefined {
    if (!this.#functions.has(path)) this.#functions.set(path, wholeFunction(this.files, path));
    return this.#functions.get(path);
  }

  get vocabulary(): Vocabulary | undefined {
    this.#vocabulary ??= { words: vocabularyOf(this.files) };
    return this.#vocabulary.words;
  }
}

/** A sign found at one use, before the same signs are told together. */
export interface Trouble {
  readonly kind: 'module-system' | 'subpath-closed' | 'removed-and-used' | 'arity';
  /** What a person should know, without the place: `no longer exports merge`. */
  readonly what: string;
  readonly place: string;
  readonly weight: number;
}
