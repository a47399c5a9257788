import type { Finding } from '../domain/finding.ts';
import {
  countsAsExposure,
  type FindingEvent,
  type FindingState,
  nextState,
} from '../domain/finding-state.ts';
import { type ActiveException, covering, type ExceptionSubject } from './finding-exceptions.ts';

/** The columns of a finding that come from the scan. */
interface ScannedColumns {
  readonly vulnerability_id: number;
  readonly band: string;
  readonly score: number;
  readonly severity: string;
  readonly ecosystem: string;
  readonly package: string;
  readonly version: string;
  readonly purl: string;
  readonly scope: string;
  readonly direct: boolean;
  readonly advisory_id: string;
  readonly reachability: string;
  readonly kev: boolean;
  readonly fixed_in: string | null;
  readonly due: string | null;
}

/** A finding as the store has it, before a scan is recorded. */
export interface StoredFinding extends ScannedColumns {
  readonly id: string;
  readonly state: FindingState;
  readonly accepted_by: 'file' | 'exception' | null;
  /** A scan that began after this one saw it appear. */
  readonly newer: boolean;
}

/** A row to be written, new or over the one that is there. */
export interface FindingWrite extends ScannedColumns {
  readonly id: string;
  readonly state: FindingState;
  readonly accepted_by: 'file' | 'exception' | null;
  /** Whether this is another state than before. */
  readonly moved: boolean;
}

export interface EventWrite {
  readonly finding_id: string;
  readonly event: FindingEvent;
  readonly from_state: FindingState | null;
  readonly to_state: FindingState;
  readonly because: string;
}

export interface FindingChanges {
  readonly writes: readonly FindingWrite[];
  /** Ids of findings that are there no more. */
  readonly gone: readonly string[];
  readonly events: readonly EventWrite[];
}

interface Scanned {
  readonly assetId: string;
  readonly findings: readonly Finding[];
  /** Whether everything on the asset was looked at; only then is what is missing gone. */
  readonly whole: boolean;
  readonly stored: ReadonlyMap<string, StoredFinding>;
  readonly vulnerabilities: ReadonlyMap<string, number>;
  readonly exceptions: readonly ActiveException[];
}

/** What has to be written so that the store says what a scan saw. Pure; nothing to do twice. */
export function changesOf(scan: Scanned): FindingChanges {
  const writes: FindingWrite[] = [];
  const events: EventWrite[] = [];
  for (const finding of scan.findings) {
    const stored = scan.stored.get(finding.id);
    const columns = scannedColumns(finding, scan.vulnerabilities);
    const { state, acceptedBy, passed } = standing(finding, stored, scan);
    events.push(...passed);
    const moved = state !== stored?.state;
    if (moved || stored.accepted_by !== acceptedBy || differs(stored, columns)) {
      writes.push({ ...columns, id: finding.id, state, accepted_by: acceptedBy, moved });
    }
  }
  const seen = new Set(scan.findings.map(({ id }) => id));
  const gone = scan.whole ? goneEvents(scan.stored, seen) : [];
  return { writes, gone: gone.map(({ finding_id }) => finding_id), events: [...events, ...gone] };
}

/** The state of a finding that a scan saw, and the events that led there. */
function standing(finding: Finding, stored: StoredFinding | undefined, scan: Scanned) {
  const passed: EventWrite[] = [];
  let state: FindingState = stored?.state ?? 'open';
  const pass = (event: FindingEvent, because: string) => {
    const next = nextState(state, event);
    if (next === undefined) return;
    passed.push({ finding_id: finding.id, event, from_state: state, to_state: next, because });
    state = next;
  };
  if (stored === undefined) {
    const because = `first seen: ${finding.match.range} of ${finding.component.name}`;
    passed.push({
      finding_id: finding.id,
      event: 'seen',
      from_state: null,
      to_state: state,
      because,
    });
  } else {
    pass('seen', 'a scan sees it again');
  }

  let acceptedBy = state === 'accepted' ? (stored?.accepted_by ?? null) : null;
  const { suppression } = finding;
  const exception = covering(scan.exceptions, subjectOf(scan.assetId, finding));
  if (suppression !== undefined) {
    const until = suppression.expires;
    pass('accepted', `${suppression.declaredIn}: ${suppression.reason} (until ${until})`);
    if (state === 'accepted') acceptedBy ??= 'file';
  } else if (acceptedBy === 'file' && exception?.kind !== 'accepted') {
    pass('acceptance-ended', 'the asset’s own file accepts it no more');
    acceptedBy = null;
  }
  if (exception !== undefined) {
    const event = exception.kind === 'accepted' ? 'accepted' : 'judged-not-affected';
    pass(event, `exception ${exception.id}: ${exception.reason}`);
    acceptedBy = state === 'accepted' ? 'exception' : null;
  }
  return { state, acceptedBy, passed };
}

/** What exceptions are held against. */
export function subjectOf(assetId: string, { id, component, advisory }: Finding): ExceptionSubject {
  return {
    id,
    assetId,
    package: component.name,
    advisoryIds: [advisory.id, ...advisory.aliases],
  };
}

function goneEvents(
  stored: ReadonlyMap<string, StoredFinding>,
  seen: ReadonlySet<string>,
): EventWrite[] {
  return [...stored.values()].flatMap(({ id, state, newer }): EventWrite[] => {
    const next = seen.has(id) || newer ? undefined : nextState(state, 'gone');
    if (next === undefined) return [];
    const because = countsAsExposure(state)
      ? 'a scan of everything sees it no more'
      : `a scan of everything sees it no more (it was ${state})`;
    return [{ finding_id: id, event: 'gone', from_state: state, to_state: next, because }];
  });
}

function scannedColumns(
  finding: Finding,
  vulnerabilities: ReadonlyMap<string, number>,
): ScannedColumns {
  const { component, advisory, risk } = finding;
  const vulnerability = vulnerabilities.get(finding.id);
  if (vulnerability === undefined) throw new Error(`no vulnerability for finding ${finding.id}`);
  return {
    vulnerability_id: vulnerability,
    band: risk.band,
    // As column type `real` gives it back, or every scan would see a difference.
    score: Math.round(risk.score * 100) / 100,
    severity: finding.severity.label,
    ecosystem: component.ecosystem,
    package: component.name,
    version: component.version,
    purl: component.purl,
    scope: component.scope,
    direct: component.direct,
    advisory_id: advisory.id,
    reachability: finding.reachability.status,
    kev: advisory.threat.kev !== undefined,
    fixed_in: finding.fixedIn[0] ?? null,
    due: risk.deadline.due?.slice(0, 10) ?? null,
  };
}

function differs(stored: StoredFinding, columns: ScannedColumns): boolean {
  return Object.entries(columns).some(
    ([name, value]) => stored[name as keyof ScannedColumns] !== value,
  );
}
