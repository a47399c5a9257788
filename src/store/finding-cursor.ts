import { SutureError } from '../domain/error.ts';
import { storable } from './storable.ts';

/** Where a page ended: the value it is sorted by, as the database writes it, and the finding's id. */
export interface Position {
  readonly key: string;
  readonly id: string;
}

/** What the key must look like, so that nothing else ever reaches the database. */
const KEYS: Readonly<Record<string, RegExp>> = {
  score: /^\d{1,3}(\.\d{1,8})?(e-?\d{1,2})?$/,
  due: /^(\d{4}-\d{2}-\d{2}|infinity)$/,
  'first-seen': /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?\+00$/,
  package: /^.{1,300}$/s,
  risk: /^-?\d{1,18}$/,
};

/** An opaque cursor: only good for the same list in the same order. */
export function writeCursor(order: string, { key, id }: Position): string {
  return Buffer.from(JSON.stringify([order, key, id])).toString('base64url');
}

/** @throws SutureError `bad-cursor` for anything that {@link writeCursor} would not write */
export function readCursor(order: string, cursor: string): Position {
  const [written, key, id, ...rest] = parsed(cursor);
  if (
    written !== order ||
    typeof key !== 'string' ||
    KEYS[order]?.test(key) !== true ||
    typeof id !== 'string' ||
    id.length > 1_000 ||
    rest.length > 0
  ) {
    throw new SutureError('bad-cursor', 'The cursor does not belong to this list.', {
      remedy: 'Ask for the first page without a cursor, then follow what each page gives.',
    });
  }
  return { key, id };
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? storable(value as unknown[]) : [];
  } catch {
    return [];
  }
}
