import { readFile } from 'node:fs/promises';
import { messageOf, SutureError } from '../../domain/error.ts';
import type { Feed, FeedRecord } from '../../ports/feed.ts';
import { truncated, unrecognised } from './formats/broken-file.ts';
import { isFields } from './formats/fields.ts';
import { zipEntries } from './formats/zip-entries.ts';
import { readOsvRecord } from './osv.schema.ts';

const BUCKET = 'https://osv-vulnerabilities.storage.googleapis.com';

/** Ids that records of OSV databases begin with, for a folder without `osv/` in its path. */
const RECORD_FILE = /(^|\/)(GHSA|PYSEC|GO|RUSTSEC|MAL|NSWG|OSV|BIT|HSEC|RSEC|PSF)-[^/]+\.json$/;

/** OSV exports (schema 1.x): a zip per ecosystem, or a folder of records. */
export const osv: Feed = {
  id: 'osv',
  files: (ecosystems) =>
    ecosystems.map((ecosystem) => ({
      name: `${ecosystem}/all.zip`,
      url: `${BUCKET}/${encodeURIComponent(ecosystem)}/all.zip`,
      optional: false,
    })),
  claims: (path) =>
    /(^|\/)all\.zip$/.test(path) ||
    /(^|\/)osv\/.*\.(json|zip)$/.test(path) ||
    RECORD_FILE.test(path),
  async *read(input, problem) {
    if (!input.path.endsWith('.zip')) {
      yield* oneRecord(
        await readFile(input.path, 'utf8'),
        input.origin,
        problem,
        (detail, cause) =>
          detail === undefined
            ? unrecognised(input, 'an OSV record')
            : truncated(input, detail, cause),
      );
      return;
    }
    const isRecord = (name: string) => name.endsWith('.json');
    for await (const { name, content } of zipEntries(input, isRecord, problem)) {
      try {
        yield readOsvRecord(JSON.parse(content.toString('utf8')), 'osv');
      } catch (error) {
        problem(`${input.origin}!${name}: ${messageOf(error)}`);
      }
    }
  },
};

function* oneRecord(
  text: string,
  origin: string,
  problem: (message: string) => void,
  broken: (detail?: string, cause?: unknown) => SutureError,
): Generator<FeedRecord> {
  if (text.trim() === '') throw broken('it is empty');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw /^\s*[[{]/.test(text) ? broken(messageOf(error), error) : broken();
  }
  for (const record of Array.isArray(value) ? value : [value]) {
    if (!isFields(record)) throw broken();
    try {
      yield readOsvRecord(record, 'osv');
    } catch (error) {
      problem(`${origin}: ${messageOf(error)}`);
    }
  }
}
