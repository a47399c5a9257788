/** Metric abbreviation to value abbreviation, as the vector string has them. */
export type Metrics = Readonly<Record<string, string>>;

/** Allowed values of each mandatory metric: one character per value, `AV: 'NALP'`. */
export type MetricTable = Readonly<Record<string, string>>;

/**
 * Reads a CVSS vector string. Order is not enforced, because published vectors do not keep it;
 * metrics outside `base` (threat, environmental, supplemental) are let through unread.
 *
 * @returns `undefined` for anything broken: a missing base metric, an unknown value, a metric
 *   given twice. A vector that cannot be trusted must not become a score.
 */
export function parseVector(text: string, base: MetricTable): Metrics | undefined {
  const metrics: Record<string, string> = {};
  for (const part of text.split('/')) {
    const [name = '', value = '', ...rest] = part.split(':');
    if (name === '' || value === '' || rest.length > 0) return undefined;
    if (Object.hasOwn(metrics, name)) return undefined;
    metrics[name] = value;
  }
  for (const [name, values] of Object.entries(base)) {
    const value = metrics[name];
    if (value === undefined || value.length !== 1 || !values.includes(value)) return undefined;
  }
  return metrics;
}

/** One metric of a parsed vector; parsing has made sure that it is there. */
export function metric(metrics: Metrics, name: string): string {
  return metrics[name] ?? '';
}

/** The weight of a metric's value; 0 for a value the table does not know. */
export function weight(
  table: Readonly<Record<string, Readonly<Record<string, number>>>>,
  metrics: Metrics,
  name: string,
): number {
  return table[name]?.[metric(metrics, name)] ?? 0;
}
