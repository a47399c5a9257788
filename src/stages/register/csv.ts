import { CsvError, parse } from 'csv-parse/sync';
import { messageOf } from '../../domain/error.ts';
import type { AssetRegistration, ContextName } from '../../domain/managed-asset.ts';
import { suggest } from '../configure/suggest.ts';
import {
  Complaints,
  contextValue,
  listOfNames,
  MAX_ENTRIES,
  type RegistrationList,
  shorten,
} from './registration-list.ts';

/** Column by its header, in any order. */
const TEXTS = ['name', 'location', 'folder', 'branch', 'credential', 'schedule'] as const;
const CONTEXT: Readonly<Record<string, ContextName>> = {
  environment: 'environment',
  exposure: 'exposure',
  criticality: 'criticality',
  data_sensitivity: 'dataSensitivity',
};
const COLUMNS = ['kind', ...TEXTS, 'owners', 'labels', ...Object.keys(CONTEXT)];
const KINDS = ['repository', 'host'] as const;

/** More than one row can sensibly have. */
const MAX_ROW = 20_000;

/**
 * Reads a table of assets, one a row, with a header row:
 *
 * ```
 * kind,name,location,owners,labels,environment,criticality
 * repository,shop,https://git.example/shop.git,team-a;team-b,tier=web,production,1
 * ```
 *
 * Columns are those above and `folder`, `branch`, `credential`, `schedule`, `exposure`,
 * `data_sensitivity`; an empty cell says nothing. Semicolons between columns (as some spreadsheets
 * write them) and a byte order mark are understood. A column that is not known stops everything,
 * because what it says would be lost; a row that is wrong is left out and told of.
 */
export function readRegistrationCsv(text: string, file: string): RegistrationList {
  const complaints = new Complaints(file);
  const entries: RegistrationList['entries'][number][] = [];
  const [header, ...rows] = recordsOf(text, complaints);
  if (header === undefined) {
    if (complaints.problems.length === 0) complaints.error('the file is empty', 1);
    return { entries, problems: complaints.problems };
  }
  const columns = columnsOf(header, complaints);
  if (columns === undefined) return { entries, problems: complaints.problems };
  if (rows.length > MAX_ENTRIES) {
    complaints.error(`${rows.length} rows are too many; at most ${MAX_ENTRIES} are read`);
    return { entries, problems: complaints.problems };
  }
  for (const { cells, line } of rows) {
    if (cells.length !== columns.length) {
      complaints.error(
        `the row has ${cells.length} cells, the header ${columns.length}; put quotes around cells with commas`,
        line,
      );
      continue;
    }
    const row = new Map(
      columns.flatMap((column, at): [string, string][] => {
        const cell = cells[at]?.trim() ?? '';
        return cell === '' ? [] : [[column, cell]];
      }),
    );
    if (row.size === 0) continue;
    const registration = registrationOf(row, (message) => complaints.error(message, line));
    if (registration !== undefined) entries.push({ registration, line });
  }
  return { entries, problems: complaints.problems };
}

interface CsvRecord {
  readonly cells: readonly string[];
  /** Where it ends. */
  readonly line: number;
}

function recordsOf(text: string, complaints: Complaints): readonly CsvRecord[] {
  const [first = ''] = text.split('\n', 1);
  const delimiter = first.includes(';') && !first.includes(',') ? ';' : ',';
  try {
    const records: unknown[] = parse(text, {
      bom: true,
      delimiter,
      info: true,
      max_record_size: MAX_ROW,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
    });
    return (records as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      cells: record,
      line: info.lines,
    }));
  } catch (error) {
    const line =
      error instanceof CsvError && typeof error['lines'] === 'number' ? error['lines'] : 1;
    complaints.error(`this is no CSV: ${shorten(messageOf(error))}`, line);
    return [];
  }
}

/** The columns in the file's order; `undefined` when the header is wrong. */
function columnsOf({ cells, line }: CsvRecord, complaints: Complaints): string[] | undefined {
  const columns = cells.map((cell) =>
    cell
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_'),
  );
  let wrong = false;
  for (const [at, column] of columns.entries()) {
    const written = shorten(cells[at] ?? '');
    if (!COLUMNS.includes(column)) {
      const meant = suggest(column, COLUMNS);
      const hint =
        meant === undefined ? `known: ${COLUMNS.join(', ')}` : `did you mean "${meant}"?`;
      complaints.error(`column ${at + 1}, "${written}", is not known; ${hint}`, line);
      wrong = true;
    } else if (columns.indexOf(column) !== at) {
      complaints.error(`column "${written}" is there twice`, line);
      wrong = true;
    }
  }
  if (!wrong && !columns.includes('location')) {
    complaints.error('there is no column "location"; the first row must name the columns', line);
    wrong = true;
  }
  return wrong ? undefined : columns;
}

function registrationOf(
  row: ReadonlyMap<string, string>,
  complain: (message: string) => void,
): AssetRegistration | undefined {
  const wrong: string[] = [];
  const given = row.get('kind')?.toLowerCase() ?? 'repository';
  const kind = KINDS.find((each) => each === given);
  if (kind === undefined) {
    wrong.push(`kind cannot be "${shorten(given)}"; allowed: ${KINDS.join(', ')}`);
  }
  if (!row.has('location')) wrong.push('there is no location');
  const context: Partial<Record<ContextName, string | number>> = {};
  for (const [column, field] of Object.entries(CONTEXT)) {
    const cell = row.get(column);
    if (cell === undefined) continue;
    const read = contextValue(field, cell);
    if ('wrong' in read) wrong.push(`${column} ${read.wrong}`);
    else context[field] = read.value;
  }
  const labels = labelsOf(row.get('labels'), wrong);
  const owners = row.get('owners');
  for (const message of wrong) complain(message);
  if (kind === undefined || wrong.length > 0) return undefined;
  return {
    kind,
    ...Object.fromEntries(TEXTS.flatMap((name) => (row.has(name) ? [[name, row.get(name)]] : []))),
    ...(owners !== undefined && { owners: listOfNames(owners) }),
    ...(labels !== undefined && { labels }),
    ...(Object.keys(context).length > 0 && { context }),
  };
}

/** `tier=web; zone=eu` */
function labelsOf(cell: string | undefined, wrong: string[]): Record<string, string> | undefined {
  if (cell === undefined) return undefined;
  const pairs = listOfNames(cell).map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    if (equals < 1) wrong.push(`the label "${shorten(pair)}" is not written as name=value`);
    return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
  });
  return Object.fromEntries(pairs);
}
