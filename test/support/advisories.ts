import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Unit } from '../../src/advisories/apply-units.ts';
import { buildIndex, currentState } from '../../src/advisories/build.ts';
import { currentGeneration, indexFile, layoutOf } from '../../src/advisories/layout.ts';
import { openTables, type RecordVariant, type StoredThreats } from '../../src/advisories/tables.ts';
import type { Advisory, AffectedPackage } from '../../src/domain/advisory.ts';
import type { FeedRecord } from '../../src/ports/feed.ts';

/** An empty folder that goes away after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'suture-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files below a folder, making their folders. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** `affected` for `npm:name` with one range `>=0 <fixed`. */
export function affected(
  name: string,
  fixed: string = '1.0.0',
  ecosystem: string = 'npm',
): AffectedPackage {
  const events = [{ introduced: '0' }, { fixed }];
  return { ecosystem, name, ranges: [{ type: 'SEMVER', events }], versions: [], symbols: [] };
}

/** An advisory record with nothing in it but what is given. */
export function advisoryRecord(
  given: Partial<Advisory> & { readonly id: string },
  withdrawn: boolean = false,
): FeedRecord & { kind: 'advisory' } {
  const advisory: Advisory = {
    aliases: [],
    summary: '',
    details: '',
    published: '',
    modified: '2026-01-01T00:00:00Z',
    severities: [],
    cwes: [],
    affected: [],
    references: [],
    feed: 'osv',
    ...given,
  };
  return { kind: 'advisory', advisory, withdrawn };
}

/** A unit of the index that reads from memory. */
export function unitOf(name: string, records: readonly FeedRecord[]): Unit {
  return {
    name,
    feed: name.split('/')[0] ?? name,
    digest: JSON.stringify(records),
    source: 'memory',
    syncedAt: '2026-01-02T00:00:00.000Z',
    async *read() {
      yield* records;
    },
  };
}

/** Builds or changes the index of a home so that it holds exactly these units. */
export async function buildUnits(
  home: string,
  units: Readonly<Record<string, readonly FeedRecord[]>>,
): Promise<void> {
  const { units: known } = await currentState(home);
  const wanted = Object.entries(units).map(([name, records]) => unitOf(name, records));
  const same = new Set(known.map((unit) => `${unit.name}\n${unit.digest}`));
  const outcome = await buildIndex({
    home,
    delta: {
      apply: wanted.filter((unit) => !same.has(`${unit.name}\n${unit.digest}`)),
      remove: known.map((unit) => unit.name).filter((name) => !(name in units)),
    },
  });
  for (const [unit, cause] of outcome.failures) throw new Error(unit, { cause });
}

/**
 * Everything an index says, with unit numbers (which depend on its history) replaced by names: two
 * indexes that say the same have the same dump.
 */
export async function dumpIndex(home: string): Promise<Record<string, unknown>> {
  const layout = layoutOf(home);
  const generation = currentGeneration(layout);
  if (generation === undefined) return {};
  const { units } = await currentState(home);
  const names = new Map(units.map((unit) => [unit.number, unit.name]));
  const nameOf = (unit: number) => names.get(unit) ?? `unknown unit ${unit}`;
  const tables = openTables(indexFile(layout, generation), 'read');
  try {
    const rows = <V>(table: { getRange(): Iterable<{ key: string; value: V }> }) =>
      [...table.getRange()].map(({ key, value }): [string, V] => [key, value]);
    return {
      units: units
        .map((unit) => ({ ...unit, number: 0 }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      records: rows(tables.records).map(([id, text]) => [
        id,
        (JSON.parse(text) as RecordVariant[])
          .map(({ unit, ...variant }) => ({ ...variant, unit: nameOf(unit) }))
          .sort((a, b) => (a.unit < b.unit ? -1 : 1)),
      ]),
      details: rows(tables.details)
        .map(([key, packed]) => {
          const [id, unit] = key.split('\t');
          return [`${id} in ${nameOf(Number(unit))}`, packed.toString('base64')] as const;
        })
        .sort(([a], [b]) => (a < b ? -1 : 1)),
      entries: rows(tables.entries),
      clusters: rows(tables.clusters),
      ids: rows(tables.ids),
      threats: rows(tables.threats).map(([id, text]) => [
        id,
        (JSON.parse(text) as StoredThreats)
          .map(([unit, part]) => [nameOf(unit), part] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ]),
    };
  } finally {
    await tables.environment.close();
  }
}
