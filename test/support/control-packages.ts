import type { FeedRecord } from '../../src/ports/feed.ts';
import { advisoryRecord, affected } from './advisories.ts';
import type { Packages } from './closed-services.ts';

// What the closed world of a control plane is made of.

/** All versions of a package work alike. */
export const PACKAGES: Packages = {
  gate: Object.fromEntries(
    ['1.0.0', '1.0.1', '1.0.2', '1.1.0'].map((version) => [
      version,
      `exports.open = (who) => who + ' ${version.slice(0, 1)}';\n`,
    ]),
  ),
  latch: Object.fromEntries(
    ['2.0.0', '2.0.1'].map((version) => [version, 'exports.close = () => true;\n']),
  ),
};

const CRITICAL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const severities = [{ type: 'CVSS_V3', vector: CRITICAL } as const];

export function hole(id: string, name: string, fixed: string): FeedRecord {
  const published = '2025-01-01T00:00:00Z';
  return advisoryRecord({ id, published, severities, affected: [affected(name, fixed)] });
}

/** It is known to be exploited: something to act on. */
export const EXPLOITED: FeedRecord = {
  kind: 'threat',
  id: 'GHSA-gate-0000-0001',
  threat: { kev: { dateAdded: '2025-02-01', ransomware: false } },
};

export const GATE: readonly FeedRecord[] = [
  hole('GHSA-gate-0000-0001', 'gate', '1.0.1'),
  EXPLOITED,
];
export const LATCH: readonly FeedRecord[] = [hole('GHSA-latc-0000-0001', 'latch', '2.0.1')];
export const HOLES: readonly FeedRecord[] = [...GATE, ...LATCH];

/** A project on some of the packages, with a test that uses them. */
export function projectOn(locked: Readonly<Record<string, string>>): Record<string, string> {
  const names = Object.keys(locked);
  const dependencies = Object.fromEntries(
    Object.entries(locked).map(([name, version]) => [name, `^${version}`]),
  );
  const root = { name: 'door', version: '1.0.0', dependencies };
  const packages = {
    '': root,
    ...Object.fromEntries(
      Object.entries(locked).map(([name, version]) => [`node_modules/${name}`, { version }]),
    ),
  };
  const lock = { name: 'door', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  const manifest = { ...root, private: true, scripts: { test: 'node --test' } };
  return {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'package-lock.json': `${JSON.stringify(lock, null, 2)}\n`,
    'index.js': `${names.map((name) => `exports.${name} = require('${name}');`).join('\n')}\n`,
    'test/door.test.js': [
      "const { test } = require('node:test');",
      "const assert = require('node:assert');",
      "const door = require('..');",
      ...(names.includes('gate')
        ? ["test('opens', () => assert.equal(door.gate.open('you'), 'you 1'));"]
        : []),
      ...(names.includes('latch')
        ? ["test('closes', () => assert.equal(door.latch.close(), true));"]
        : []),
      '',
    ].join('\n'),
  };
}
