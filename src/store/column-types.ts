import pg from 'pg';

const { builtins } = pg.types;
/** Arrays have no name in the driver's list; these are from pg_type. */
const TIMESTAMPTZ_ARRAY = 1185;
const DATE_ARRAY = 1182;
const TEXT_ARRAY = 1009;

type Parse = (value: string) => unknown;

/** The driver's typings know no array types. */
function parserOf(oid: number): Parse {
  return pg.types.getTypeParser(oid) as Parse;
}

const textArray = parserOf(TEXT_ARRAY) as (text: string) => (string | null)[];

/** `2026-11-22 04:06:38.123456+00` → `2026-11-22T04:06:38.123Z`; `infinity` stays a word. */
function isoTime(text: string): string {
  if (text.endsWith('infinity')) return text;
  const time = new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
}

const ours = new Map<number, Parse>([
  [builtins.TIMESTAMPTZ, isoTime],
  [TIMESTAMPTZ_ARRAY, (text) => textArray(text).map((item) => item && isoTime(item))],
  // The driver would make midnight in the process's own time zone of a day.
  [builtins.DATE, (text) => text],
  [DATE_ARRAY, textArray],
]);

/**
 * How column values arrive, for one pool: the driver's own parsers stay as they are for others
 * (the durable engine) in this process.
 */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : ours.get(oid)) ??
    pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};
