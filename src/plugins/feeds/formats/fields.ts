import type { Advisory } from '../../../domain/advisory.ts';

/** Reads fields of parsed JSON that may be anything: absent or of the wrong type gives nothing. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function textsOf(value: unknown): string[] {
  return listOf(value).filter((item): item is string => typeof item === 'string' && item !== '');
}

/** What may be a key of the index: printable, one line, of a length that real ids have. */
export function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 200 && /^[\x21-\x7e]+$/.test(value);
}

export function isCveId(value: unknown): value is string {
  return typeof value === 'string' && /^CVE-\d{4}-\d{4,19}$/.test(value);
}

/**
 * A CVSS vector with the version it is written in. Versions 3 and 4 name themselves (CVSS v3.1
 * section 6, v4.0 section 7); version 2 has no prefix and is known by `Au:`.
 */
function severityVector(vector: unknown): Advisory['severities'][number] | undefined {
  if (typeof vector !== 'string' || vector.length > 500) return undefined;
  const text = vector.trim();
  if (text.startsWith('CVSS:4')) return { type: 'CVSS_V4', vector: text };
  if (text.startsWith('CVSS:3')) return { type: 'CVSS_V3', vector: text };
  const v2 = text.replace(/^\((.*)\)$/, '$1').replace(/^CVSS:2\.0\//, '');
  return /^AV:[LAN]\/.*Au:[MSN]/.test(v2) ? { type: 'CVSS_V2', vector: v2 } : undefined;
}

/** The same vector is often given by several parties; each is kept once, in the order given. */
export function uniqueVectors(vectors: readonly unknown[]): Advisory['severities'] {
  const seen = new Map<string, Advisory['severities'][number]>();
  for (const vector of vectors) {
    const read = severityVector(vector);
    if (read !== undefined && !seen.has(read.vector)) seen.set(read.vector, read);
  }
  return [...seen.values()];
}

/** Weakness ids (`CWE-79`), sorted by number, each once; NVD's `NVD-CWE-noinfo` is none. */
export function weaknesses(values: readonly unknown[]): string[] {
  const ids = values
    .map((value) => (typeof value === 'string' ? /^CWE-\d+/.exec(value)?.[0] : undefined))
    .filter((id) => id !== undefined);
  return [...new Set(ids)].sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
}
