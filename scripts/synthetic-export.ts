/**
 * Writes an OSV export of any size that is shaped like the real ones, for benchmarks:
 * `node scripts/synthetic-export.ts FOLDER [RECORDS]` makes `osv/<ecosystem>/all.zip`, `epss/` and
 * `kev/` below FOLDER. The same arguments give the same bytes.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeZip } from './write-zip.ts';

/** A repeatable stream of numbers in [0, 1): splitmix32. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

const WORDS =
  'the a of in to attacker remote crafted request parser buffer header token session upload path traversal injection denial service memory overflow validation before version allows execute arbitrary code via improper handling input template render query cookie proxy redirect archive symlink stream regular expression prototype pollution leak'.split(
    ' ',
  );

/** One record; the mixture follows OSV's own exports (most npm records are malicious packages). */
export function syntheticRecord(ecosystem: string, index: number, next: () => number): object {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
  const sentence = (words: number) => Array.from({ length: words }, () => pick(WORDS)).join(' ');
  const code = createHash('sha256').update(`${ecosystem}${index}`).digest('hex');
  const malicious = ecosystem === 'npm' && next() < 0.7;
  const ghsa = `GHSA-${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8, 12)}`;
  const cve = `CVE-20${10 + Math.floor(next() * 16)}-${10_000 + Math.floor(next() * 90_000)}`;
  const name = malicious
    ? `evil-${code.slice(0, 10)}`
    : `package-${Math.floor(next() ** 2 * 40_000)}`;
  const day = String(1 + Math.floor(next() * 28)).padStart(2, '0');
  const version = () =>
    `${Math.floor(next() * 9)}.${Math.floor(next() * 30)}.${Math.floor(next() * 30)}`;
  const many = ecosystem === 'PyPI' || ecosystem === 'Maven';
  return {
    schema_version: '1.7.0',
    id: malicious ? `MAL-2025-${index}` : ghsa,
    modified: `2026-0${1 + Math.floor(next() * 9)}-${day}T12:00:00Z`,
    published: `2025-0${1 + Math.floor(next() * 9)}-${day}T12:00:00Z`,
    ...(malicious ? {} : { aliases: [cve] }),
    summary: malicious ? `Malicious code in ${name} (${ecosystem})` : sentence(8),
    details: sentence(malicious ? 60 : 140),
    affected: [
      {
        package: { ecosystem, name, purl: `pkg:${ecosystem.toLowerCase()}/${name}` },
        ranges: [
          {
            type: many ? 'ECOSYSTEM' : 'SEMVER',
            events: [{ introduced: '0' }, ...(malicious ? [] : [{ fixed: version() }])],
          },
        ],
        ...(many ? { versions: Array.from({ length: Math.floor(next() * 60) }, version) } : {}),
        database_specific: { source: `https://advisories.example/${ecosystem}/${index}.json` },
      },
    ],
    references: Array.from({ length: 1 + Math.floor(next() * 5) }, () => ({
      type: 'WEB',
      url: `https://advisories.example/${code.slice(0, 20)}/${Math.floor(next() * 1e6)}`,
    })),
    ...(malicious
      ? {
          database_specific: {
            'malicious-packages-origins': [{ sha256: code, source: 'example' }],
          },
        }
      : {
          severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N' }],
          database_specific: {
            severity: pick(['LOW', 'MODERATE', 'HIGH', 'CRITICAL']),
            cwe_ids: ['CWE-79'],
          },
        }),
  };
}

/** Share of each ecosystem, roughly as in OSV's exports. */
const SHARES = { npm: 0.75, PyPI: 0.09, Maven: 0.03, Go: 0.03, Packagist: 0.03, 'crates.io': 0.02 };

export async function writeSyntheticExport(folder: string, records: number): Promise<void> {
  const next = random(2026);
  for (const [ecosystem, share] of Object.entries(SHARES)) {
    const count = Math.round((records * share) / 0.95);
    mkdirSync(join(folder, 'osv', ecosystem), { recursive: true });
    await writeZip(join(folder, 'osv', ecosystem, 'all.zip'), function* () {
      for (let index = 0; index < count; index += 1) {
        const record = syntheticRecord(ecosystem, index, next) as { id: string };
        yield { name: `${record.id}.json`, content: Buffer.from(JSON.stringify(record)) };
      }
    });
  }
  mkdirSync(join(folder, 'epss'), { recursive: true });
  const scores = Array.from({ length: records }, (_, index) => {
    const id = `CVE-20${10 + (index % 16)}-${10_000 + Math.floor(index / 16)}`;
    return `${id},${next().toFixed(5)},${next().toFixed(5)}\n`;
  });
  writeFileSync(
    join(folder, 'epss', 'epss_scores-current.csv.gz'),
    gzipSync(
      `#model_version:v2025.03.14,score_date:2026-09-01T00:00:00+0000\ncve,epss,percentile\n${scores.join('')}`,
    ),
  );
}

if (process.argv[1] === import.meta.filename) {
  const [folder, records = '300000'] = process.argv.slice(2);
  if (folder === undefined) {
    console.error('usage: node scripts/synthetic-export.ts FOLDER [RECORDS]');
    process.exit(2);
  }
  await writeSyntheticExport(folder, Number(records));
}
