import type {
  Advisory,
  AffectedPackage,
  AffectedRange,
  RangeEvent,
  SeverityLabel,
} from '../../domain/advisory.ts';
import type { FeedRecord } from '../../ports/feed.ts';
import {
  type Fields,
  fieldsOf,
  isFields,
  isIdentifier,
  listOf,
  textOf,
  textsOf,
  uniqueVectors,
  weaknesses,
} from './formats/fields.ts';
import { vulnerableSymbols } from './osv.symbols.ts';

/** Text beyond this is cut: it is shown to people, and nobody reads a megabyte. */
const MAX_SUMMARY = 300;
const MAX_DETAILS = 65_536;
const MAX_REFERENCES = 100;

/**
 * An OSV record (https://ossf.github.io/osv-schema/, 1.x), checked by hand: at 300,000 records a
 * general validator costs more than all the rest of a sync.
 *
 * What is required (an id, dates that are dates, events that can be evaluated) throws an `Error`
 * that says which field; what is optional and malformed is left out.
 */
export function readOsvRecord(value: unknown, feed: string): FeedRecord & { kind: 'advisory' } {
  if (!isFields(value)) throw new Error('not a JSON object');
  const id = value['id'];
  if (!isIdentifier(id)) throw new Error('id is missing or not an identifier');
  const specific = fieldsOf(value['database_specific']);
  const entries = listOf(value['affected']).filter(isFields);
  const details = textOf(value['details']);
  const label = severityLabel(specific['severity']);
  const advisory: Advisory = {
    id,
    aliases: [...new Set(listOf(value['aliases']).filter(isIdentifier))]
      .filter((alias) => alias !== id)
      .sort(),
    summary: cut(textOf(value['summary']) || firstLine(details), MAX_SUMMARY),
    details: cut(details, MAX_DETAILS),
    published: date(value['published'], 'published'),
    modified: date(value['modified'], 'modified'),
    severities: severities(value, entries),
    ...(label === undefined ? {} : { severityLabel: label }),
    cwes: weaknesses([
      ...listOf(specific['cwe_ids']),
      ...entries.flatMap((entry) =>
        listOf(fieldsOf(entry['database_specific'])['cwes']).map((cwe) =>
          isFields(cwe) ? cwe['cweId'] : cwe,
        ),
      ),
    ]),
    affected: entries.flatMap((entry) => affectedPackage(entry, specific)),
    references: listOf(value['references'])
      .filter(isFields)
      .map((reference) => ({ type: textOf(reference['type']), url: textOf(reference['url']) }))
      .filter(({ url }) => /^https?:\/\//.test(url))
      .slice(0, MAX_REFERENCES),
    feed,
  };
  return { kind: 'advisory', advisory, withdrawn: date(value['withdrawn'], 'withdrawn') !== '' };
}

/** The record's own vectors, or those of its affected entries where it has none (OSV 1.4). */
function severities(record: Fields, entries: readonly Fields[]): Advisory['severities'] {
  const vectorsOf = (fields: Fields) =>
    listOf(fields['severity']).map((severity) => fieldsOf(severity)['score']);
  const own = uniqueVectors(vectorsOf(record));
  return own.length > 0 ? own : uniqueVectors(entries.flatMap(vectorsOf));
}

function affectedPackage(entry: Fields, recordSpecific: Fields): AffectedPackage[] {
  const target = fieldsOf(entry['package']);
  const ecosystem = textOf(target['ecosystem']);
  const name = textOf(target['name']);
  // Entries without a package speak of a repository by commit; no lockfile can be matched to them.
  if (ecosystem === '' || name === '') return [];
  if (!isPlain(ecosystem) || !isPlain(name)) throw new Error('package name is not printable');
  const ranges = listOf(entry['ranges'])
    .filter(isFields)
    .filter((range) => range['type'] === 'SEMVER' || range['type'] === 'ECOSYSTEM')
    .map(
      (range): AffectedRange => ({
        type: range['type'] as 'SEMVER' | 'ECOSYSTEM',
        events: listOf(range['events']).map(rangeEvent),
      }),
    );
  return [
    {
      ecosystem,
      name,
      ranges,
      versions: textsOf(entry['versions']),
      symbols: vulnerableSymbols(name, entry, recordSpecific),
    },
  ];
}

function rangeEvent(value: unknown): RangeEvent {
  const event = fieldsOf(value);
  const [key, version, ...more] = Object.entries(event).flat();
  if (typeof version !== 'string' || version === '' || more.length > 0) {
    throw new Error('a range event is not one key with a version');
  }
  if (key === 'introduced') return { introduced: version };
  if (key === 'fixed') return { fixed: version };
  if (key === 'last_affected') return { lastAffected: version };
  if (key === 'limit') return { limit: version };
  throw new Error(`unknown range event ${JSON.stringify(key)}`);
}

function severityLabel(value: unknown): SeverityLabel | undefined {
  switch (textOf(value).toLowerCase()) {
    case 'critical':
      return 'critical';
    case 'high':
    case 'important':
      return 'high';
    case 'moderate':
    case 'medium':
      return 'medium';
    case 'low':
      return 'low';
    case 'none':
      return 'none';
    default:
      return undefined;
  }
}

/** RFC 3339 as OSV asks, or empty when the field is absent. */
function date(value: unknown, field: string): string {
  if (value === undefined || value === null || value === '') return '';
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T/.test(value)) {
    throw new Error(`${field} is not a date`);
  }
  return value;
}

/** Bounded, and without control characters: it becomes part of a key. */
function isPlain(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- these are the characters to refuse
  return text.length <= 500 && !/[\u0000-\u001f\u007f]/.test(text);
}

function firstLine(text: string): string {
  return (
    text
      .trimStart()
      .split('\n', 1)[0]
      ?.replace(/^#+\s*/, '') ?? ''
  );
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
