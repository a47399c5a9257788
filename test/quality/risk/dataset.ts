import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { SeverityVector } from '../../../src/domain/advisory.ts';
import type { Threat } from '../../../src/domain/threat.ts';

/** The day of the CVE snapshot: what was in KEV then is known, what came later is the truth. */
export const SNAPSHOT = '2024-10-24';
/** The KEV catalogue used runs to here. */
export const HORIZON = '2025-08-25';

/** Folder of frozen feeds beside the checkout, or where `SUTURE_FEEDS` points. */
const feeds =
  process.env['SUTURE_FEEDS'] ??
  join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/feeds');

const cveFile = join(feeds, 'cvelist/vulnrichment.ndjson.gz');
const kevFile = join(feeds, 'kev/known_exploited_vulnerabilities.json');

/** Why the data-driven tests cannot run here, or `undefined` when they can. */
export const missingFeeds =
  existsSync(cveFile) && existsSync(kevFile)
    ? undefined
    : `no cvelist/ and kev/ under ${feeds}; set SUTURE_FEEDS`;

/** One CVE as the tool would know it on {@link SNAPSHOT}, and what became of it. */
export interface Sample {
  readonly id: string;
  readonly published: string;
  readonly severities: readonly SeverityVector[];
  readonly cwes: readonly string[];
  /** SSVC only; `active` is turned into `poc`, because CISA sets it on the way to a KEV listing. */
  readonly threat: Threat;
  /** Score as published, for the CVSS baseline. */
  readonly publishedScore: number | undefined;
  /** ISO date of the KEV listing, if any. */
  readonly listed: string | undefined;
}

interface Row {
  readonly id: string;
  readonly published: string;
  readonly state?: string;
  readonly rejected?: boolean;
  readonly ssvc?: { exploitation?: string; automatable?: string; technical_impact?: string };
  readonly cvss?: readonly { v: string; vector: string; score: number }[];
  readonly cwe?: readonly { id: string }[];
}

/** All CVEs of the snapshot that were not rejected. */
export function readSamples(): readonly Sample[] {
  const listed = readListings();
  const lines = gunzipSync(readFileSync(cveFile)).toString('utf8').trim().split('\n');
  const samples: Sample[] = [];
  for (const line of lines) {
    const row = JSON.parse(line) as Row;
    if (row.rejected === true || row.state === 'REJECTED') continue;
    samples.push(sampleOf(row, listed.get(row.id)));
  }
  return samples;
}

function readListings(): ReadonlyMap<string, string> {
  const catalogue = JSON.parse(readFileSync(kevFile, 'utf8')) as {
    vulnerabilities: readonly { cveID: string; dateAdded: string }[];
  };
  return new Map(catalogue.vulnerabilities.map((entry) => [entry.cveID, entry.dateAdded]));
}

function sampleOf(row: Row, listed: string | undefined): Sample {
  const vectors = row.cvss ?? [];
  return {
    id: row.id,
    published: row.published,
    severities: vectors.map(({ v, vector }) => ({ type: TYPES[v.charAt(0)] ?? 'CVSS_V3', vector })),
    cwes: (row.cwe ?? []).map(({ id }) => id),
    threat: threatOf(row.ssvc),
    publishedScore: vectors.length === 0 ? undefined : Math.max(...vectors.map((it) => it.score)),
    listed,
  };
}

const TYPES: Readonly<Record<string, SeverityVector['type']>> = {
  2: 'CVSS_V2',
  3: 'CVSS_V3',
  4: 'CVSS_V4',
};

function threatOf(ssvc: Row['ssvc']): Threat {
  if (ssvc === undefined) return {};
  return {
    ssvc: {
      exploitation: ssvc.exploitation?.toLowerCase() === 'none' ? 'none' : 'poc',
      automatable: ssvc.automatable?.toLowerCase() === 'yes',
      technicalImpact: ssvc.technical_impact?.toLowerCase() === 'total' ? 'total' : 'partial',
    },
  };
}
