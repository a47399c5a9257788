import { Temporal } from 'temporal-polyfill';

/** What a VTIMEZONE says that helps to find out which zone is meant. */
export interface ZoneDefinition {
  readonly location?: string;
  /** `TZOFFSETTO` of each observance: `+0100`. */
  readonly offsets: readonly string[];
}

/**
 * Names that Microsoft's programs write, with the IANA zone of the territory they are named for
 * (Unicode CLDR, windowsZones, territory 001).
 */
const WINDOWS_ZONES: Readonly<Record<string, string>> = {
  'AUS Eastern Standard Time': 'Australia/Sydney',
  'Arabian Standard Time': 'Asia/Dubai',
  'Argentina Standard Time': 'America/Buenos_Aires',
  'Atlantic Standard Time': 'America/Halifax',
  'Canada Central Standard Time': 'America/Regina',
  'Central America Standard Time': 'America/Guatemala',
  'Central Europe Standard Time': 'Europe/Budapest',
  'Central European Standard Time': 'Europe/Warsaw',
  'Central Standard Time': 'America/Chicago',
  'Central Standard Time (Mexico)': 'America/Mexico_City',
  'China Standard Time': 'Asia/Shanghai',
  'E. Africa Standard Time': 'Africa/Nairobi',
  'E. Europe Standard Time': 'Europe/Chisinau',
  'E. South America Standard Time': 'America/Sao_Paulo',
  'Eastern Standard Time': 'America/New_York',
  'Egypt Standard Time': 'Africa/Cairo',
  'FLE Standard Time': 'Europe/Kiev',
  'GMT Standard Time': 'Europe/London',
  'GTB Standard Time': 'Europe/Bucharest',
  'Greenwich Standard Time': 'Atlantic/Reykjavik',
  'Hawaiian Standard Time': 'Pacific/Honolulu',
  'India Standard Time': 'Asia/Calcutta',
  'Israel Standard Time': 'Asia/Jerusalem',
  'Korea Standard Time': 'Asia/Seoul',
  'Mountain Standard Time': 'America/Denver',
  'New Zealand Standard Time': 'Pacific/Auckland',
  'Pacific Standard Time': 'America/Los_Angeles',
  'Romance Standard Time': 'Europe/Paris',
  'Russian Standard Time': 'Europe/Moscow',
  'SA Pacific Standard Time': 'America/Bogota',
  'SE Asia Standard Time': 'Asia/Bangkok',
  'Singapore Standard Time': 'Asia/Singapore',
  'South Africa Standard Time': 'Africa/Johannesburg',
  'Taipei Standard Time': 'Asia/Taipei',
  'Tokyo Standard Time': 'Asia/Tokyo',
  'Turkey Standard Time': 'Europe/Istanbul',
  'US Mountain Standard Time': 'America/Phoenix',
  'W. Europe Standard Time': 'Europe/Berlin',
};

/**
 * The zone that a TZID means: an IANA name, one with a vendor's prefix
 * (`/mozilla.org/20050126_1/Europe/Berlin`), a Windows name, what the calendar's own VTIMEZONE
 * points at, or its offset when it has only one. `undefined` when nobody can tell.
 */
export function zoneOf(
  tzid: string,
  definitions: ReadonlyMap<string, ZoneDefinition> = new Map(),
): string | undefined {
  const definition = definitions.get(tzid);
  const offsets = new Set(definition?.offsets);
  const [offset] = offsets;
  const candidates = [
    tzid,
    /[A-Z]\w+\/(?:\w+\/)?[A-Z][\w+-]+$/.exec(tzid)?.[0],
    WINDOWS_ZONES[tzid],
    definition?.location,
    offsets.size === 1 ? offset?.replace(/^([+-]\d\d)(\d\d).*$/, '$1:$2') : undefined,
  ];
  return candidates.find((name) => name !== undefined && isZone(name));
}

export function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
