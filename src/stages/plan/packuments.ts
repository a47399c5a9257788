import { messageOf, SutureError } from '../../domain/error.ts';
import type {
  PackageRegistry,
  PublishedPackage,
  PublishedVersion,
} from '../../ports/package-registry.ts';

/** What became of asking the registry for a package. */
export type Answer =
  | { readonly status: 'known'; readonly published: PublishedPackage }
  | { readonly status: 'unknown' }
  | { readonly status: 'unreachable'; readonly message: string };

/** Requests in flight; registries throttle clients that ask for more. */
const CONCURRENCY = 12;

/** The registry as one plan sees it: every package is asked for once, a few at a time. */
export class Packuments {
  readonly #registry: PackageRegistry;
  readonly #compare: (a: string, b: string) => number;
  readonly #asked = new Map<string, Promise<Answer>>();
  readonly #answers = new Map<string, Answer>();
  readonly #sorted = new Map<string, readonly PublishedVersion[]>();
  readonly #byVersion = new Map<string, ReadonlyMap<string, PublishedVersion>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(registry: PackageRegistry, compare: (a: string, b: string) => number) {
    this.#registry = registry;
    this.#compare = compare;
  }

  async get(name: string): Promise<Answer> {
    const asked = this.#asked.get(name) ?? this.#ask(name);
    this.#asked.set(name, asked);
    return await asked;
  }

  /** How many packages were answered for; what is derived from them holds while it stays. */
  get answered(): number {
    return this.#answers.size;
  }

  /** Asks for several, and throws `registry-unreachable` when not one of them was answered. */
  async prefetch(names: Iterable<string>): Promise<void> {
    const answers = await Promise.all([...new Set(names)].map((name) => this.get(name)));
    const [first] = answers;
    if (first?.status !== 'unreachable') return;
    if (!answers.every(({ status }) => status === 'unreachable')) return;
    throw new SutureError('registry-unreachable', `No package registry answers: ${first.message}`, {
      remedy:
        'Check the network and the registry in your .npmrc. Everything that is known without it was still scanned.',
    });
  }

  /** All published versions, lowest first; empty when nothing is known (yet). */
  versions(name: string): readonly PublishedVersion[] {
    const known = this.#sorted.get(name);
    if (known !== undefined) return known;
    const answer = this.#answers.get(name);
    if (answer?.status !== 'known') return [];
    const sorted = answer.published.versions.toSorted((a, b) =>
      this.#compare(a.version, b.version),
    );
    this.#sorted.set(name, sorted);
    this.#byVersion.set(name, new Map(sorted.map((entry) => [entry.version, entry])));
    return sorted;
  }

  /** One version, of a package that was asked for before. */
  version(name: string, version: string): PublishedVersion | undefined {
    if (!this.#byVersion.has(name)) this.versions(name);
    return this.#byVersion.get(name)?.get(version);
  }

  /** The package, when it was asked for before and is known. */
  known(name: string): PublishedPackage | undefined {
    const answer = this.#answers.get(name);
    return answer?.status === 'known' ? answer.published : undefined;
  }

  async #ask(name: string): Promise<Answer> {
    if (this.#running >= CONCURRENCY) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#running += 1;
    try {
      const answer = await this.#request(name);
      this.#answers.set(name, answer);
      return answer;
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #request(name: string): Promise<Answer> {
    try {
      const published = await this.#registry.package(name);
      return published === undefined ? { status: 'unknown' } : { status: 'known', published };
    } catch (error) {
      // One package that cannot be had (no access, a broken answer) must not stop the others.
      if (error instanceof SutureError) return { status: 'unreachable', message: messageOf(error) };
      throw error;
    }
  }
}
