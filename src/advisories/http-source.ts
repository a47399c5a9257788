import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SutureError } from '../domain/error.ts';
import { download, withoutCredentials } from '../platform/download.ts';
import type { Feed } from '../ports/feed.ts';
import { type Offer, readManifest } from './offer.ts';

export interface HttpSource {
  readonly feeds: readonly Feed[];
  readonly ecosystems: readonly string[];
  /** A mirror's address; absent: each feed's own. */
  readonly base?: string;
  /** Folder for downloads; removed by the caller. */
  readonly incoming: string;
}

/** What the public addresses, or a mirror with the layout of a `--from` folder, have to offer. */
export async function httpOffers(source: HttpSource): Promise<readonly Offer[]> {
  await mkdir(source.incoming, { recursive: true });
  if (source.base === undefined) {
    return source.feeds.flatMap((feed) =>
      feed
        .files(source.ecosystems)
        .map((file) => httpOffer(source, feed, `${feed.id}/${file.name}`, file.url, file.optional)),
    );
  }
  const base = source.base.endsWith('/') ? source.base : `${source.base}/`;
  const manifest = await mirrorManifest(base, source.incoming);
  if (manifest === undefined) {
    return source.feeds.flatMap((feed) =>
      feed.files(source.ecosystems).map((file) => {
        const name = `${feed.id}/${file.name}`;
        return httpOffer(source, feed, name, addressOf(base, name), file.optional);
      }),
    );
  }
  return [...manifest].flatMap(([path, sha256]) => {
    const feed = source.feeds.find((each) => each.claims(path));
    return feed === undefined
      ? []
      : [httpOffer(source, feed, path, addressOf(base, path), false, sha256)];
  });
}

function httpOffer(
  { incoming }: HttpSource,
  feed: Feed,
  name: string,
  url: string,
  optional: boolean,
  expected?: string,
): Offer {
  const address = withoutCredentials(url);
  return {
    name,
    feed,
    source: new URL(address).origin,
    async fetch(previous, progress) {
      if (expected !== undefined && expected === previous?.digest) return { status: 'unchanged' };
      const path = join(incoming, name.replaceAll(/[^\w.-]/g, '_'));
      // Validators are only good for the address that gave them.
      const known = previous?.source === new URL(address).origin ? previous : undefined;
      const result = await download(url, {
        to: path,
        progress,
        ...(known?.etag === undefined ? {} : { etag: known.etag }),
        ...(known?.lastModified === undefined ? {} : { lastModified: known.lastModified }),
      });
      if (result.status === 'unchanged') return result;
      if (result.status === 'missing') {
        if (optional) return result;
        throw new SutureError('download-missing', `${address} does not exist`, {
          remedy: 'Check the name of the ecosystem, or the address given with --from.',
        });
      }
      if (expected !== undefined && expected !== result.sha256) {
        throw new SutureError(
          'feed-checksum',
          `${address} is not what the mirror's MANIFEST.json says (SHA-256 ${result.sha256})`,
          { remedy: 'The mirror may be half updated: try again, then tell whoever runs it.' },
        );
      }
      if (result.sha256 === previous?.digest) return { status: 'unchanged' };
      return {
        status: 'fetched',
        inputs: [{ origin: address, path }],
        digest: result.sha256,
        ...(result.etag === undefined ? {} : { etag: result.etag }),
        ...(result.lastModified === undefined ? {} : { lastModified: result.lastModified }),
      };
    },
  };
}

function addressOf(base: string, path: string): string {
  return new URL(path.split('/').map(encodeURIComponent).join('/'), base).href;
}

/** Path to SHA-256, when the mirror has a manifest. */
async function mirrorManifest(
  base: string,
  incoming: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const to = join(incoming, 'MANIFEST.json');
  const url = addressOf(base, 'MANIFEST.json');
  const result = await download(url, { to, maxBytes: 64 * 1024 * 1024 });
  if (result.status !== 'fetched') return undefined;
  try {
    return readManifest(await readFile(to, 'utf8'));
  } catch (error) {
    throw new SutureError('from-manifest', `${withoutCredentials(url)}: ${messageOf(error)}`, {
      remedy: 'Check the address given with --from: it must be the folder above osv/, kev/, epss/.',
      cause: error,
    });
  }
}
