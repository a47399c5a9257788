import type { Advisory, PackageAdvisory } from '../domain/advisory.ts';
import type { PackageEntry } from './tables.ts';
import { joinCwes, joinSeverities, joinThreats, type ThreatPart } from './threat-join.ts';

/**
 * One vulnerability as it concerns one package, from every record that speaks of that package.
 * Severity and weaknesses come from those records, else from the others of the same vulnerability,
 * else from the CVE's own record.
 */
export function packageAdvisory(input: {
  readonly primary: string;
  readonly aliases: readonly string[];
  /** Best-ranked record first. */
  readonly told: readonly { readonly record: string; readonly entry: PackageEntry }[];
  /** Per id. */
  readonly parts: readonly (readonly ThreatPart[])[];
  /** Records that do not speak of the package, in full: costly, so asked for only when needed. */
  readonly others: () => readonly Advisory[];
}): PackageAdvisory {
  const { primary, aliases, told, parts, others } = input;
  const entries = told.map(({ entry }) => entry);
  const severities =
    firstFilled(entries.map((entry) => entry.severities)) ??
    firstFilled(others().map((record) => record.severities)) ??
    joinSeverities(parts.flat());
  const cwes =
    firstFilled(entries.map((entry) => entry.cwes)) ??
    firstFilled(others().map((record) => record.cwes)) ??
    joinCwes(parts.flat());
  const label = entries.find((entry) => entry.severityLabel !== undefined)?.severityLabel;
  return {
    id: primary,
    aliases,
    summary: entries.find((entry) => entry.summary !== '')?.summary ?? '',
    published: earliest(entries.map((entry) => entry.published)),
    severities,
    ...(label === undefined ? {} : { severityLabel: label }),
    cwes,
    affected: told.flatMap(({ record, entry }) =>
      entry.affected.map((target) => ({ ...target, record })),
    ),
    threat: joinThreats(parts),
  };
}

/**
 * One vulnerability in full, from all records that tell it: texts of the best-ranked record that
 * has them, everything that is affected, all references.
 *
 * @param records at least one, best-ranked first.
 */
export function mergeRecords(
  primary: string,
  aliases: readonly string[],
  records: readonly Advisory[],
  parts: readonly ThreatPart[],
): Advisory {
  const text = (of: (record: Advisory) => string) =>
    records.map(of).find((value) => value !== '') ?? '';
  const label = records.find((record) => record.severityLabel !== undefined)?.severityLabel;
  const references = new Map(
    records.flatMap((record) => record.references).map((each) => [each.url, each]),
  );
  return {
    id: primary,
    aliases,
    summary: text((record) => record.summary),
    details: text((record) => record.details),
    published: earliest(records.map((record) => record.published)),
    modified:
      records
        .map((record) => record.modified)
        .sort()
        .at(-1) ?? '',
    severities: firstFilled(records.map((record) => record.severities)) ?? joinSeverities(parts),
    ...(label === undefined ? {} : { severityLabel: label }),
    cwes: firstFilled(records.map((record) => record.cwes)) ?? joinCwes(parts),
    affected: records.flatMap((record) => record.affected),
    references: [...references.values()],
    feed: records[0]?.feed ?? '',
    ...(records.every((record) => record.withdrawn === true) ? { withdrawn: true } : {}),
  };
}

function firstFilled<T>(lists: readonly (readonly T[])[]): readonly T[] | undefined {
  return lists.find((list) => list.length > 0);
}

function earliest(dates: readonly string[]): string {
  return dates.filter((date) => date !== '').sort()[0] ?? '';
}
