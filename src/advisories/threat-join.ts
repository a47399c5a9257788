import type { Advisory } from '../domain/advisory.ts';
import type { Threat } from '../domain/threat.ts';

/** What one file says about one id, as stored. */
export interface ThreatPart {
  readonly threat: Threat;
  readonly severities?: Advisory['severities'];
  readonly cwes?: readonly string[];
}

/**
 * Joins what is known under every id of a vulnerability. Where parties differ the worse wins, apart
 * from EPSS, where a newer day replaces an older one first.
 *
 * @param parts one list per id.
 */
export function joinThreats(parts: readonly (readonly ThreatPart[])[]): Threat {
  const threats = parts.flat().map((part) => part.threat);
  const kev = joinKev(threats.flatMap((threat) => threat.kev ?? []));
  const epss = worstEpss(
    parts.flatMap((ofId) => newestEpss(ofId.flatMap((part) => part.threat.epss ?? [])) ?? []),
  );
  const ssvc = worstSsvc(threats.flatMap((threat) => threat.ssvc ?? []));
  const counts = threats.flatMap((threat) => threat.publicExploits ?? []);
  return {
    ...(kev === undefined ? {} : { kev }),
    ...(epss === undefined ? {} : { epss }),
    ...(ssvc === undefined ? {} : { ssvc }),
    // Aliases share their exploits, so counts do not add up.
    ...(counts.length === 0 ? {} : { publicExploits: Math.max(...counts) }),
  };
}

/** CVSS vectors of CVE records, each once. */
export function joinSeverities(parts: readonly ThreatPart[]): Advisory['severities'] {
  const all = parts.flatMap((part) => part.severities ?? []);
  const unique = [...new Map(all.map((severity) => [severity.vector, severity])).values()];
  // Newest CVSS version first, and the same order whichever file was read first.
  return unique.sort((a, b) =>
    a.type === b.type ? compare(a.vector, b.vector) : compare(b.type, a.type),
  );
}

export function joinCwes(parts: readonly ThreatPart[]): readonly string[] {
  const all = parts.flatMap((part) => part.cwes ?? []);
  return [...new Set(all)].sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
}

type Kev = NonNullable<Threat['kev']>;
type Epss = NonNullable<Threat['epss']>;
type Ssvc = NonNullable<Threat['ssvc']>;

function joinKev(marks: readonly Kev[]): Kev | undefined {
  if (marks.length === 0) return undefined;
  const dates = marks.map((mark) => mark.dateAdded).sort();
  const due = marks.flatMap((mark) => mark.dueDate ?? []).sort()[0];
  return {
    dateAdded: dates[0] ?? '',
    ...(due === undefined ? {} : { dueDate: due }),
    ransomware: marks.some((mark) => mark.ransomware),
  };
}

function newestEpss(scores: readonly Epss[]): Epss | undefined {
  return scores.toSorted((a, b) => compare(b.date, a.date) || b.percentile - a.percentile)[0];
}

function worstEpss(scores: readonly Epss[]): Epss | undefined {
  return scores.toSorted((a, b) => b.percentile - a.percentile || b.score - a.score)[0];
}

const EXPLOITATION = { none: 0, poc: 1, active: 2 } as const;

function worstSsvc(decisions: readonly Ssvc[]): Ssvc | undefined {
  const weight = (decision: Ssvc) =>
    EXPLOITATION[decision.exploitation] * 4 +
    Number(decision.automatable) * 2 +
    Number(decision.technicalImpact === 'total');
  return decisions.toSorted((a, b) => weight(b) - weight(a))[0];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
