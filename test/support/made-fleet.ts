import { fingerprint } from '../../src/domain/fingerprint.ts';
import { remedyGroup } from '../../src/store/finding-vulnerabilities.ts';
import type { Random } from './random.ts';

type Row = Readonly<Record<string, string | null>>;

export interface MadeVulnerability {
  /** Given by the database. */
  id: number;
  readonly row: Row;
  readonly package: string;
  readonly advisoryId: string;
  readonly severity: string;
  readonly kev: boolean;
  readonly fixedIn: string | null;
}

const SYLLABLES = [
  'lo',
  'dash',
  'mini',
  'mist',
  'ex',
  'press',
  'web',
  'pack',
  'yar',
  'go',
  'node',
  'fetch',
  'http',
  'qs',
  'tar',
  'js',
  'core',
  'util',
  'parse',
  'path',
];
const FLAWS = [
  'Prototype pollution',
  'Regular expression denial of service',
  'Command injection',
  'Cross-site scripting',
  'Path traversal',
  'Server-side request forgery',
  'Denial of service',
  'Improper input validation',
  'Exposure of sensitive information',
];

/** The most common come first; which are drawn follows a Zipf law over their places. */
export function makeVulnerabilities(chance: Random, count: number): MadeVulnerability[] {
  const made: MadeVulnerability[] = [];
  for (let number = 0; made.length < count; number++) {
    const name = packageName(chance, number);
    const advisories = 1 + chance.below(6);
    const target = `${2 + chance.below(20)}.${chance.below(20)}.${chance.below(10)}`;
    for (let index = 0; index < advisories; index++) {
      made.push(makeVulnerability(chance, name, chance.next() < 0.7 ? target : undefined));
    }
  }
  return made.slice(0, count);
}

function packageName(chance: Random, number: number): string {
  const parts = Array.from({ length: 2 }, () => SYLLABLES[chance.below(SYLLABLES.length)]);
  return `${parts.join('')}-${number.toString(36)}`;
}

function makeVulnerability(
  chance: Random,
  name: string,
  common: string | undefined,
): MadeVulnerability {
  const letters = () =>
    Array.from({ length: 4 }, () => '23456789cfghjmpqrvwx'[chance.below(20)]).join('');
  const advisoryId = `GHSA-${letters()}-${letters()}-${letters()}`;
  const alias = `CVE-${2016 + chance.below(11)}-${10_000 + chance.below(80_000)}`;
  const own = `${1 + chance.below(9)}.${chance.below(30)}.${chance.below(10)}`;
  const fixedIn = common ?? (chance.next() < 0.5 ? own : null);
  const severity = chance.weighted({
    critical: 8,
    high: 32,
    medium: 42,
    low: 15,
    none: 1,
    unknown: 2,
  });
  const summary = `${FLAWS[chance.below(FLAWS.length)]} in ${name}`;
  return {
    id: 0,
    package: name,
    advisoryId,
    severity,
    kev: chance.next() < 0.015,
    fixedIn,
    row: {
      ecosystem: 'npm',
      package: name,
      advisory_id: advisoryId,
      aliases: `{${alias}}`,
      summary,
      fixed_in: fixedIn,
      remedy_group: remedyGroup('npm', name, fixedIn),
      search: `${name} ${advisoryId} ${alias} ${summary}`.toLowerCase(),
    },
  };
}

const STATES = {
  open: 45,
  reopened: 2,
  'in-progress': 1,
  'awaiting-approval': 2,
  patched: 3,
  accepted: 5,
  'not-affected': 4,
  'verified-closed': 38,
};
const DAY = 24 * 3_600_000;

export interface FleetAsset {
  readonly asset: string;
  readonly environment: string;
  readonly count: number;
  readonly today: Date;
}

/** As many different findings of one asset. */
export function makeFindings(
  chance: Random,
  vulnerabilities: readonly MadeVulnerability[],
  given: FleetAsset,
): { readonly finding: Row; readonly detail: Row; readonly events: readonly Row[] }[] {
  const drawn = new Set<MadeVulnerability>();
  while (drawn.size < given.count) {
    // Log-uniform over the places is Zipf's law with exponent 1.
    const place = Math.floor(vulnerabilities.length ** chance.next()) - 1;
    drawn.add(vulnerabilities[place]!);
  }
  return [...drawn].map((vulnerability) => makeFinding(chance, vulnerability, given));
}

const BASE: Readonly<Record<string, number>> = {
  critical: 62,
  high: 45,
  medium: 28,
  low: 12,
  none: 5,
  unknown: 30,
};

function makeFinding(
  chance: Random,
  vulnerability: MadeVulnerability,
  { asset, environment, today }: FleetAsset,
) {
  const { package: name, advisoryId, severity, kev, fixedIn } = vulnerability;
  const version = `${chance.below(3)}.${chance.below(20)}.${chance.below(10)}`;
  const purl = `pkg:npm/${name}@${version}`;
  const id = fingerprint([asset, purl, advisoryId]);
  const reachability = chance.weighted({ reachable: 12, 'not-reachable': 38, unknown: 50 });
  const raw =
    BASE[severity]! +
    (kev ? 30 : 0) +
    (reachability === 'reachable' ? 12 : reachability === 'not-reachable' ? -15 : 0) +
    (environment === 'production' ? 6 : -6) +
    chance.normal() * 8;
  const score = Math.round(Math.min(Math.max(raw, 0.1), 99.9) * 100) / 100;
  const band = score >= 70 || (kev && score >= 50) ? 'act' : score >= 40 ? 'attend' : 'track';
  const seen = new Date(today.getTime() - Math.min(-Math.log(1 - chance.next()) * 120, 700) * DAY);
  const state = chance.weighted(STATES);
  const closed = new Date(
    Math.min(seen.getTime() + Math.exp(1.8 + chance.normal()) * DAY, today.getTime()),
  );
  const allowed =
    band === 'act' ? 14 : band === 'attend' ? 45 : chance.next() < 0.5 ? 180 : undefined;
  const due =
    allowed === undefined
      ? null
      : new Date(seen.getTime() + allowed * DAY).toISOString().slice(0, 10);
  const isClosed = state === 'verified-closed';
  const since = state === 'open' ? seen : closed;
  const finding = {
    id,
    asset_id: asset,
    vulnerability_id: String(vulnerability.id),
    state,
    state_since: since.toISOString(),
    band,
    score: String(score),
    severity,
    ecosystem: 'npm',
    package: name,
    version,
    purl,
    scope: chance.weighted({ runtime: 70, development: 25, optional: 5 }),
    direct: chance.next() < 0.25 ? 't' : 'f',
    advisory_id: advisoryId,
    reachability,
    kev: kev ? 't' : 'f',
    fixed_in: fixedIn,
    environment,
    due,
    first_seen: seen.toISOString(),
    last_seen: (isClosed ? closed : today).toISOString(),
    closed_at: isClosed ? closed.toISOString() : null,
    accepted_by: state === 'accepted' ? 'exception' : null,
  };
  const first = {
    finding_id: id,
    at: seen.toISOString(),
    event: 'seen',
    from_state: null,
    to_state: 'open',
    actor: 'scan',
    because: 'first seen',
  };
  const last = {
    ...first,
    at: since.toISOString(),
    event: isClosed ? 'gone' : 'work-started',
    from_state: 'open',
    to_state: state,
    actor: isClosed ? 'scan' : 'workflow',
    because: 'made',
  };
  return {
    finding,
    detail: { finding_id: id, detail: JSON.stringify(detailOf(finding, vulnerability)) },
    events: state === 'open' ? [first] : [first, last],
  };
}

/** About as large as a real one. */
function detailOf(finding: Row, { row }: MadeVulnerability) {
  const { id, package: name, version, purl, severity, due } = finding;
  const factor = (part: string, label: string, contribution: number) => ({
    name: label,
    value: `${contribution > 0 ? 'raises' : 'lowers'} it here (${finding['environment']})`,
    contribution,
    source: 'prior',
    part,
  });
  return {
    id,
    component: {
      purl,
      ecosystem: 'npm',
      name,
      version,
      scope: finding['scope'],
      direct: finding['direct'] === 't',
      paths: [[`app@1.0.0`, `${name}@${version}`]],
      seenIn: ['package-lock.json'],
    },
    advisory: {
      id: row['advisory_id'],
      aliases: row['aliases']?.slice(1, -1).split(','),
      summary: row['summary'],
      severity,
      cvss: null,
      cwes: ['CWE-1321'],
      published: '2021-05-06T16:05:51Z',
    },
    match: { how: 'range', range: '<4.0.0', record: row['advisory_id'], grammar: 'semver' },
    fixedIn: row['fixed_in'] === null ? [] : [row['fixed_in']],
    threat: {
      kev: null,
      epss: { score: 0.021, percentile: 0.81, modelVersion: 'v2025.03.14', date: '2026-11-01' },
      ssvc: null,
      publicExploits: null,
    },
    reachability: {
      status: finding['reachability'],
      because: `nothing that is loaded imports ${name}`,
      evidence: [],
    },
    vex: { status: 'affected', because: 'the version is in the range' },
    risk: {
      score: Number(finding['score']),
      probability: 0.02,
      impact: 0.4,
      band: finding['band'],
      deadline: due,
      deadlineRule: 'house rule',
      factors: [
        factor('probability', 'epss', 1.2),
        factor('probability', 'exposure', -0.4),
        factor('probability', 'reachability', -0.9),
        factor('impact', 'criticality', 0.3),
      ],
    },
    suppression: null,
  };
}
