import { messageOf } from '../../domain/error.ts';
import type { Feed, FeedInput, FeedRecord } from '../../ports/feed.ts';
import { readCveRecord } from './cve.schema.ts';
import { truncated, unrecognised } from './formats/broken-file.ts';
import { byteStream } from './formats/byte-stream.ts';
import { isFields } from './formats/fields.ts';
import { jsonElements } from './formats/json-elements.ts';
import { lines } from './formats/lines.ts';

/**
 * CVE records: CVSS, CWE, CISA's SSVC decision points and KEV marks by CVE id. It reads CVE JSON 5
 * (one record a file), NVD's API 2.0 and yearly files, and one record a line.
 *
 * The complete list has gigabytes, so nothing is fetched by default; `--from` brings it.
 */
export const cve: Feed = {
  id: 'cve',
  files: () => [],
  claims: (path) =>
    /(^|\/)(cve|cves|cvelist|cvelistV5|nvd|vulnrichment)\/(?!.*delta).*\.(json|ndjson|jsonl)(\.gz)?$/i.test(
      path,
    ) || /(^|\/)nvdcve-2\.0-[^/]+\.json(\.gz)?$/i.test(path),
  async *read(input, problem) {
    if (/\.(ndjson|jsonl)(\.gz)?$/i.test(input.path)) yield* recordPerLine(input, problem);
    else if (await isNvd(input)) yield* nvdElements(input, problem);
    else yield* singleRecord(input, problem);
  },
};

type Problem = (message: string) => void;

async function* recordPerLine(input: FeedInput, problem: Problem): AsyncGenerator<FeedRecord> {
  let broken = 0;
  let whole = 0;
  for await (const line of lines(input)) {
    try {
      const record = readCveRecord(JSON.parse(line.text));
      whole += 1;
      if (record !== undefined) yield record;
    } catch (error) {
      if (error instanceof SyntaxError && !line.ended) {
        throw truncated(input, `line ${line.number} is not whole`, error);
      }
      broken += 1;
      if (whole === 0 && broken >= 20) throw unrecognised(input, 'a list of CVE records');
      problem(`${input.origin}:${line.number}: ${messageOf(error)}`);
    }
  }
}

async function* nvdElements(input: FeedInput, problem: Problem): AsyncGenerator<FeedRecord> {
  for await (const { text, index } of jsonElements(input, 'vulnerabilities')) {
    try {
      const record = readCveRecord(JSON.parse(text));
      if (record !== undefined) yield record;
    } catch (error) {
      problem(`${input.origin}: vulnerabilities[${index}]: ${messageOf(error)}`);
    }
  }
}

async function* singleRecord(input: FeedInput, problem: Problem): AsyncGenerator<FeedRecord> {
  const chunks: Buffer[] = [];
  for await (const chunk of byteStream(input)) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (/^\s*[[{]/.test(text)) throw truncated(input, messageOf(error), error);
    throw unrecognised(input, 'a CVE record');
  }
  for (const item of Array.isArray(value) ? value : [value]) {
    if (!isFields(item)) throw unrecognised(input, 'a CVE record');
    try {
      const record = readCveRecord(item);
      if (record !== undefined) yield record;
    } catch (error) {
      problem(`${input.origin}: ${messageOf(error)}`);
    }
  }
}

/** NVD's files are objects with paging fields and an array; their first kilobyte says so. */
async function isNvd(input: FeedInput): Promise<boolean> {
  for await (const chunk of byteStream(input)) {
    return /"(NVD_CVE|resultsPerPage|vulnerabilities)"/.test(chunk.toString('utf8', 0, 1024));
  }
  return false;
}
