import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../domain/error.ts';
import type { MatchedFinding } from '../domain/finding.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import type { Problem } from '../domain/problem.ts';
import { writeFileAtomic } from '../platform/atomic-write.ts';

/**
 * When each finding of an asset was first seen, so that a deadline does not move with every scan.
 *
 * Kept in `home`/seen/, one file per asset; findings that are gone are forgotten, so that a hole
 * that comes back gets a new clock. A home that cannot be written to costs a warning, not the scan.
 *
 * @returns ISO date by finding id
 */
export async function firstSeen(
  home: string,
  assetId: string,
  findings: readonly MatchedFinding[],
  now: Date,
): Promise<{ readonly dates: ReadonlyMap<string, string>; readonly problems: readonly Problem[] }> {
  const path = join(home, 'seen', `${fingerprint([assetId])}.json`);
  const known = await readDates(path);
  const today = now.toISOString().slice(0, 10);
  const dates = new Map(findings.map(({ id }) => [id, known.get(id) ?? today]));
  const unchanged = dates.size === known.size && [...dates.keys()].every((id) => known.has(id));
  if (unchanged) return { dates, problems: [] };
  try {
    await writeFileAtomic(path, JSON.stringify(Object.fromEntries(dates)));
    return { dates, problems: [] };
  } catch (error) {
    const message = `Cannot remember when findings were first seen, so deadlines start today: ${messageOf(error)}`;
    return { dates, problems: [{ severity: 'warning', file: '', message }] };
  }
}

async function readDates(path: string): Promise<ReadonlyMap<string, string>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return new Map();
    return new Map(
      Object.entries(value).filter(
        (entry): entry is [string, string] =>
          typeof entry[1] === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(entry[1]),
      ),
    );
  } catch {
    // Missing, or cut off by something other than us: the clocks start again.
    return new Map();
  }
}
