import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

// The example's own truths, without Suture: if one of these fails, the example is wrong, not the tool.

const examples = join(import.meta.dirname, '../../examples');
const shop = join(examples, 'storefront');
const feeds = join(examples, 'feeds');
const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

interface Locked {
  readonly version: string;
  readonly dev?: boolean;
  readonly resolved?: string;
}
interface OsvRecord {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly affected: readonly {
    readonly package: { readonly name: string };
    readonly ranges: readonly { readonly events: readonly Record<string, string>[] }[];
    readonly ecosystem_specific?: { readonly imports: readonly { readonly path: string }[] };
  }[];
}
interface Expected {
  readonly findings: readonly {
    readonly package: string;
    readonly version: string;
    readonly advisory: string;
    readonly cve: string;
    readonly scope: string;
    readonly reachability: string;
    readonly remedy: { readonly kinds: readonly string[]; readonly to?: string };
  }[];
  readonly rejected: readonly { readonly package: string; readonly to: string }[];
  readonly exploits: readonly string[];
}

const lock = json(join(shop, 'package-lock.json')) as { packages: Record<string, Locked> };
const locked = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, { version, dev, resolved }]) => {
    return { name: path.replace(/^.*node_modules\//, ''), version, dev, resolved };
  });
const names = readdirSync(join(feeds, 'osv/npm'));
const records = names.map((name) => json(join(feeds, 'osv/npm', name)) as OsvRecord);
const expected = json(join(examples, 'expected.json')) as Expected;

/** OSV's own evaluation for a range of one `introduced` and one end, apart from our matcher. */
function affects(record: OsvRecord, name: string, version: string): boolean {
  return record.affected
    .filter((affected) => affected.package.name === name)
    .flatMap((affected) => affected.ranges)
    .some(({ events: [start, end] }) => {
      const from = start?.introduced === '0' ? '0.0.0-0' : (start?.introduced ?? '');
      const below =
        end?.fixed === undefined
          ? semver.lte(version, end?.last_affected ?? '')
          : semver.lt(version, end.fixed);
      return semver.gte(version, from) && below;
    });
}

describe('the storefront', () => {
  it('stays small, and names no registry', () => {
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.length).toBeLessThan(160);
    expect(locked.filter((entry) => entry.resolved !== undefined)).toEqual([]);
  });

  it('has exactly the vulnerabilities that expected.json lists', () => {
    const found = locked.flatMap(({ name, version, dev }) =>
      records
        .filter((record) => affects(record, name, version))
        .map((record) => [name, version, record.id, dev === true ? 'development' : 'runtime']),
    );
    const listed = expected.findings.map((finding) => [
      finding.package,
      finding.version,
      finding.advisory,
      finding.scope,
    ]);
    const order = (rows: readonly (readonly string[])[]) => rows.map((row) => row.join(' ')).sort();
    expect(order(found)).toEqual(order(listed));
  });

  it('shows every kind of remedy, and both answers of reachability', () => {
    const kinds = new Set(expected.findings.flatMap((finding) => finding.remedy.kinds));
    expect([...kinds].sort()).toEqual([
      'lockfile-bump',
      'override',
      'parent-upgrade',
      'remove',
      'upgrade',
    ]);
    const statuses = expected.findings.map((finding) => finding.reachability);
    expect(statuses).toContain('reachable');
    expect(statuses).toContain('not-reachable');
  });

  it('rejects an upgrade that no advisory speaks against', () => {
    for (const { package: name, to } of expected.rejected) {
      expect(records.filter((record) => affects(record, name, to))).toEqual([]);
    }
  });

  it.each(expected.exploits)('declares the attack %s and has its script', (name) => {
    const configuration = parse(readFileSync(join(shop, 'suture.yaml'), 'utf8')) as {
      checks: { exploits: { name: string; run: string[] }[] };
    };
    const attack = configuration.checks.exploits.find((exploit) => exploit.name === name);
    expect(attack?.run).toEqual(['node', `security/${name}.js`]);
    expect(readFileSync(join(shop, `security/${name}.js`), 'utf8')).toMatch(/CVE-\d{4}-\d+/);
  });
});

describe('its feeds', () => {
  it('have one well-formed OSV record per file, about a package of the shop', () => {
    const inShop = new Set(locked.map(({ name }) => name));
    for (const [index, record] of records.entries()) {
      expect(`${record.id}.json`).toBe(names[index]);
      for (const affected of record.affected) {
        expect(inShop).toContain(affected.package.name);
        for (const { events } of affected.ranges) {
          expect(events.map((event) => Object.keys(event)[0])).toEqual([
            'introduced',
            expect.stringMatching(/^(fixed|last_affected)$/),
          ]);
        }
        for (const { path } of affected.ecosystem_specific?.imports ?? []) {
          expect(path.split('/')[0]).toBe(affected.package.name);
        }
      }
    }
  });

  it('tell threats of these vulnerabilities only', () => {
    const cves = new Set(records.flatMap((record) => record.aliases));
    const catalogue = json(join(feeds, 'kev/known_exploited_vulnerabilities.json')) as {
      vulnerabilities: { cveID: string }[];
    };
    const kev = catalogue.vulnerabilities.map((entry) => entry.cveID);
    const lines = (path: string) => readFileSync(join(feeds, path), 'utf8').trim().split('\n');
    const counted = lines('poc/poc_counts.tsv').slice(1);
    const assessed = lines('cvelist/vulnrichment.ndjson');
    expect(kev).toEqual(['CVE-2021-21315']);
    expect(counted.length).toBeGreaterThan(30);
    for (const row of counted) expect(cves).toContain(row.split('\t')[0]);
    for (const row of assessed) expect(cves).toContain((JSON.parse(row) as { id: string }).id);
  });
});
