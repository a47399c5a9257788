import { join } from 'node:path';
import { SutureError } from '../../domain/error.ts';
import type { PackageRegistry, PublishedPackage } from '../../ports/package-registry.ts';
import { isUnknown, registryFailure } from './failure.ts';
import { packageCache } from './package-cache.ts';
import { publishedPackage } from './published.ts';
import { tarballContents } from './tarball-contents.ts';
import { type RegistryOptions, registryOptions } from './user-configuration.ts';

export interface NpmRegistryOptions {
  /** The project whose registries are asked. */
  readonly directory: string;
  /** Where answers are kept. */
  readonly cacheDirectory: string;
  /** Default: the process's own. */
  readonly environment?: NodeJS.ProcessEnv;
  /** How long an answer counts as fresh, in milliseconds. */
  readonly freshFor?: number;
  readonly now?: () => Date;
}

const TEN_MINUTES = 10 * 60_000;
const NO_CACHE = { cache: undefined } as unknown as { cache: string };
/** npm's names, old ones with capitals included; anything else could be a path or an address. */
const NAME = /^(?:@[a-z\d~_][\w.~-]*\/)?[a-z\d~_-][\w.~-]*$/i;
const VERSION = /^\d[\w.+-]*$/;

/**
 * The registries that the user's own npm and yarn configuration names, through npm's own client.
 * Nothing is loaded or read before the first question.
 */
export async function npmRegistry(options: NpmRegistryOptions): Promise<PackageRegistry> {
  const environment = options.environment ?? process.env;
  const cache = packageCache(options.cacheDirectory);
  const now = options.now ?? (() => new Date());
  const freshFor = options.freshFor ?? TEN_MINUTES;
  const asked = new Map<string, Promise<PublishedPackage | undefined>>();
  let configured: Promise<RegistryOptions> | undefined;

  const client = async () => {
    configured ??= registryOptions(options.directory, environment);
    return {
      ...(await configured),
      cache: join(options.cacheDirectory, '_cacache'),
      // One more try: npm's default waits for minutes before it says that there is no network.
      retry: { retries: 1, factor: 2, minTimeout: 250, maxTimeout: 1000 },
    };
  };

  const fetchPackage = async (name: string): Promise<PublishedPackage | undefined> => {
    const settings = await client();
    const registry = registryFor(name, settings);
    const cached = await cache.read(registry, name);
    if (cached && now().getTime() - Date.parse(cached.asked) < freshFor) return cached.package;
    const { default: pacote } = await import('pacote');
    try {
      const packument = await pacote.packument(name, {
        ...settings,
        fullMetadata: true,
        preferOnline: true,
        // npm's own cache would answer for a registry that is down without saying so.
        ...NO_CACHE,
      });
      const published = publishedPackage(packument);
      await cache.write(registry, name, { asked: now().toISOString(), package: published });
      return published;
    } catch (error) {
      if (isUnknown(error)) return undefined;
      const failure = registryFailure(name, registry, error);
      // Old knowledge, marked as such, is better than none; a refusal is an answer, though.
      if (cached && failure.code === 'registry-unreachable') {
        return { ...cached.package, asOf: cached.asked };
      }
      throw failure;
    }
  };

  return {
    async package(name) {
      if (!NAME.test(name)) return undefined;
      const known = asked.get(name) ?? fetchPackage(name);
      asked.set(name, known);
      // A failure is not remembered: the network may come back.
      known.catch(() => asked.delete(name));
      return await known;
    },

    async contents(name, version) {
      const what = `${name}@${version}`;
      if (!NAME.test(name) || !VERSION.test(version)) {
        throw new SutureError('version-unavailable', `${what} is no published version`, {
          remedy: 'Choose another version.',
        });
      }
      const settings = await client();
      const { default: pacote } = await import('pacote');
      try {
        return await pacote.tarball.stream(
          what,
          async (stream) => await tarballContents(stream, what),
          // What is published never changes; its integrity is checked either way.
          { ...settings, fullMetadata: true, preferOffline: true },
        );
      } catch (error) {
        throw registryFailure(what, registryFor(name, settings), error);
      }
    },
  };
}

function registryFor(name: string, settings: RegistryOptions): string {
  const scope = name.startsWith('@') ? settings[`${name.split('/')[0]}:registry`] : undefined;
  const address = scope ?? settings['registry'];
  return typeof address === 'string' ? address : '';
}
