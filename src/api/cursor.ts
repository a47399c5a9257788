import { SutureError } from '../domain/error.ts';

/**
 * Where a page ended, for asking for the next one: opaque to callers, and good for the list it was
 * made for alone.
 */
export function writeCursor(list: string, position: readonly string[]): string {
  return Buffer.from(JSON.stringify([list, ...position])).toString('base64url');
}

/** @throws SutureError `cursor-invalid` */
export function readCursor(
  list: string,
  cursor: string | undefined,
  parts: readonly RegExp[],
): readonly string[] | undefined {
  if (cursor === undefined) return undefined;
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw invalid();
  }
  if (!Array.isArray(read)) throw invalid();
  const [of, ...position] = read as readonly unknown[];
  const fits = (part: unknown, index: number): part is string =>
    typeof part === 'string' && parts[index]?.test(part) === true;
  if (of !== list || position.length !== parts.length || !position.every(fits)) throw invalid();
  return position;
}

const NUMBER = /^\d{1,18}$/;

/** A cursor that is the id or number of the last item. */
export function readNumber(list: string, cursor: string | undefined): string | undefined {
  return readCursor(list, cursor, [NUMBER])?.[0];
}

/**
 * One page out of rows of which one more was asked for than fits.
 *
 * @param position of an item, for the cursor of the page after it
 */
export function pageOfRows<T>(
  list: string,
  rows: readonly T[],
  limit: number,
  position: (row: T) => readonly string[],
): { readonly items: readonly T[]; readonly nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? writeCursor(list, position(last)) : null };
}

/**
 * An id that is a number in the database, from an address that somebody typed.
 *
 * @throws SutureError `not-found`
 */
export function numberOf(id: string, what: string): string {
  if (NUMBER.test(id)) return id;
  throw notFound(what, id);
}

export function notFound(what: string, id: string): SutureError {
  return new SutureError('not-found', `There is no ${what} ${id.slice(0, 100)}`, {
    remedy: 'It may have been taken away. See the list.',
  });
}

function invalid(): SutureError {
  return new SutureError('cursor-invalid', 'The cursor is not one of this list', {
    remedy: 'Take nextCursor of the page before, with the same filter and order.',
  });
}
