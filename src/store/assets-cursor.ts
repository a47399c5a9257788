import { SutureError } from '../domain/error.ts';

/** `risk` and what was registered or scanned last come first, names and tiers in their order. */
export type AssetOrder = 'risk' | 'name' | 'registered' | 'scanned' | 'criticality';

const FORMS: Readonly<Record<AssetOrder, RegExp>> = {
  risk: /^-?\d{1,18}$/,
  name: /^/,
  registered: /^[\d :.+-]{10,40}$/,
  scanned: /^([\d :.+-]{10,40}|-infinity)$/,
  criticality: /^\d$/,
};

/** The place after an asset in a list, as an opaque text. */
export function assetCursor(order: AssetOrder, value: string, id: string): string {
  return Buffer.from(JSON.stringify([order, value, id])).toString('base64url');
}

/** @throws SutureError `cursor-invalid` for anything that `assetCursor` of this order did not make */
export function readAssetCursor(cursor: string, order: AssetOrder): { value: string; id: string } {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw cursorInvalid();
  }
  const [of, value, id] = Array.isArray(read) ? (read as unknown[]) : [];
  if (of !== order || typeof value !== 'string' || typeof id !== 'string') throw cursorInvalid();
  if (!/^\d{1,18}$/.test(id) || !FORMS[order].test(value) || value.includes('\0')) {
    throw cursorInvalid();
  }
  return { value, id };
}

function cursorInvalid(): SutureError {
  return new SutureError('cursor-invalid', 'the cursor is not from this list in this order', {
    remedy: 'Start again from the first page, without a cursor.',
  });
}
