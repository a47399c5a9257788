import type { RecordVariant } from './tables.ts';

/** Of one record told by several files the newest counts; content decides between equals. */
export function chosenVariant(variants: readonly RecordVariant[]): RecordVariant | undefined {
  return variants.toSorted(
    (a, b) => compare(b.modified, a.modified) || compare(a.digest, b.digest) || a.unit - b.unit,
  )[0];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
