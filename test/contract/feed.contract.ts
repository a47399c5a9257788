import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Feed, FeedRecord } from '../../src/ports/feed.ts';
import { temporaryFolder, writeFiles } from '../support/advisories.ts';

export interface FeedCase {
  /** Path below a `--from` folder, which the feed must claim. */
  readonly path: string;
  /** A file with two good records. */
  readonly good: string | Buffer;
  /** Ids of the two. */
  readonly ids: readonly [string, string];
  /** The same file with something unusable in place of the first record. */
  readonly broken: string | Buffer;
  /** What the problem must mention: the place of the broken record. */
  readonly place: RegExp;
  /** A whole file without records; absent where the format has none. */
  readonly empty?: string | Buffer;
  /** The good file cut short; default: its first three quarters. */
  readonly truncated?: string | Buffer;
}

/** Reads one file through a feed. */
export async function readFeed(
  feed: Feed,
  path: string,
  content: string | Buffer,
): Promise<{ records: FeedRecord[]; problems: string[] }> {
  const folder = temporaryFolder();
  writeFiles(folder, { [path]: content });
  const problems: string[] = [];
  const records: FeedRecord[] = [];
  const input = { origin: path, path: join(folder, path) };
  for await (const record of feed.read(input, (message) => problems.push(message))) {
    records.push(record);
  }
  return { records, problems };
}

function idOf(record: FeedRecord): string {
  return record.kind === 'threat' ? record.id : record.advisory.id;
}

/** What every feed must do with one of the formats it reads. */
export function feedContract(feed: Feed, format: string, example: FeedCase): void {
  describe(`${feed.id}: ${format}`, () => {
    const { path, good } = example;

    it('claims the file', () => {
      expect(feed.claims(path)).toBe(true);
    });

    it('reads a good file in its order, without problems', async () => {
      const { records, problems } = await readFeed(feed, path, good);
      expect(problems).toEqual([]);
      expect(records.map(idOf)).toEqual(example.ids);
    });

    it('reports a broken record with its place and goes on', async () => {
      const { records, problems } = await readFeed(feed, path, example.broken);
      expect(records.map(idOf)).toEqual([example.ids[1]]);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(example.place);
      expect(problems[0]).toContain(path);
    });

    it('refuses a file that is cut short and says what to do', async () => {
      const cut = example.truncated ?? good.slice(0, Math.floor(good.length * 0.75));
      await expect(readFeed(feed, path, cut)).rejects.toMatchObject({
        name: 'SutureError',
        code: 'feed-truncated',
        message: expect.stringContaining(path),
        remedy: expect.stringMatching(/again/),
      });
    });

    it('refuses a file without a byte', async () => {
      await expect(readFeed(feed, path, '')).rejects.toMatchObject({ code: 'feed-truncated' });
    });

    it('refuses the error page of a proxy', async () => {
      const page = '<!doctype html>\n<html><body>Please log in</body></html>\n'.repeat(20);
      const reading = readFeed(feed, path, page);
      await expect(reading).rejects.toMatchObject({ code: 'feed-unrecognised' });
    });

    it.skipIf(example.empty === undefined)('reads a file without records', async () => {
      const { records, problems } = await readFeed(feed, path, example.empty ?? '');
      expect({ records, problems }).toEqual({ records: [], problems: [] });
    });
  });
}
