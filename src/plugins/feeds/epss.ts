import type { Feed, FeedInput, FeedRecord } from '../../ports/feed.ts';
import { truncated, unrecognised } from './formats/broken-file.ts';
import { isCveId } from './formats/fields.ts';
import { lines } from './formats/lines.ts';

/**
 * FIRST's Exploit Prediction Scoring System, daily CSV. Its first line is a comment with the model
 * version and date, which are kept with every score: scores of different models do not compare.
 */
export const epss: Feed = {
  id: 'epss',
  files: () => [
    {
      name: 'epss_scores-current.csv.gz',
      url: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
      optional: false,
    },
  ],
  claims: (path) => /(^|\/)epss[^/]*\.csv(\.gz)?$/i.test(path),
  async *read(input, problem) {
    let model: Model = { version: 'unknown', date: '' };
    let columns: Columns | undefined;
    for await (const line of lines(input)) {
      if (line.text.startsWith('#')) {
        model = modelOf(line.text);
        continue;
      }
      if (columns === undefined) {
        columns = columnsOf(input, line.text);
        continue;
      }
      const read = row(line.text, columns, model);
      if (typeof read !== 'string') yield read;
      else if (!line.ended) throw truncated(input, `line ${line.number}: ${read}`);
      else problem(`${input.origin}:${line.number}: ${read}`);
    }
    if (columns === undefined) throw truncated(input, 'there is no header line');
  },
};

interface Columns {
  readonly cve: number;
  readonly score: number;
  readonly percentile: number;
}

function columnsOf(input: FeedInput, text: string): Columns {
  const names = text.toLowerCase().split(',');
  const columns = {
    cve: names.indexOf('cve'),
    score: names.indexOf('epss'),
    percentile: names.indexOf('percentile'),
  };
  if (Object.values(columns).includes(-1)) {
    throw unrecognised(input, 'an EPSS table (cve,epss,percentile)');
  }
  return columns;
}

interface Model {
  readonly version: string;
  /** ISO 8601, or empty. */
  readonly date: string;
}

/** `#model_version:v2025.03.14,score_date:2025-08-25T00:00:00+0000`; a value may hold a colon. */
function modelOf(comment: string): Model {
  const fields = new Map(
    comment
      .slice(1)
      .split(',')
      .map((part): [string, string] => {
        const colon = part.indexOf(':');
        return [part.slice(0, colon).trim(), part.slice(colon + 1).trim()];
      }),
  );
  return {
    version: fields.get('model_version') ?? 'unknown',
    date: isoDate(fields.get('score_date') ?? ''),
  };
}

function row(text: string, columns: Columns, model: Model): FeedRecord | string {
  const cells = text.split(',');
  const id = cells[columns.cve];
  const score = probability(cells[columns.score]);
  const percentile = probability(cells[columns.percentile]);
  if (!isCveId(id)) return 'the first column is not a CVE id';
  if (score === undefined) return `${id}: epss is not a number from 0 to 1`;
  if (percentile === undefined) return `${id}: percentile is not a number from 0 to 1`;
  return {
    kind: 'threat',
    id,
    threat: { epss: { score, percentile, modelVersion: model.version, date: model.date } },
    ...(model.date === '' ? {} : { asOf: model.date }),
  };
}

function probability(cell: string | undefined): number | undefined {
  if (cell === undefined || cell.trim() === '') return undefined;
  const value = Number(cell);
  return value >= 0 && value <= 1 ? value : undefined;
}

/** The date as ISO 8601 (`+0000` has no colon in older files), or nothing for `unknown`. */
function isoDate(text: string): string {
  const time = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(time) ? '' : new Date(time).toISOString();
}
