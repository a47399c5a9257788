import type { Component } from '../src/domain/component.ts';
import type { FeedRecord } from '../src/ports/feed.ts';

/** Packages there are; which of them a fleet uses is skewed as in real registries. */
const UNIVERSE = 20_000;
const IMAGES = 200;
const RELEASES_OF_IMAGE = 3;
/** Of an asset's components, those that are its own and not its image's. */
const OWN_SHARE = 0.03;
/** In every second image, in a version that one advisory will speak of. */
export const COMMON = 'common-library';
/** On a few assets only. */
export const RARE = 'rare-library';

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A made-up fleet: every asset runs a release of one of 200 images, with 3 % of its packages its
 * own, so that nearly every inventory is unlike every other. The same seed is the same fleet.
 */
export class Fleet {
  readonly #images: readonly (readonly Component[])[];
  readonly #perAsset: number;
  readonly #seed: number;

  constructor(perAsset: number, seed: number = 1) {
    this.#perAsset = perAsset;
    this.#seed = seed;
    const random = randomOf(seed);
    const own = Math.max(1, Math.round(perAsset * OWN_SHARE));
    this.#images = Array.from({ length: IMAGES }, (_, image) => {
      const base = distinct(perAsset - own - 1, random);
      return Array.from({ length: RELEASES_OF_IMAGE }, () => [
        component(image % 2 === 0 ? COMMON : `${COMMON}-else`, '1.0.0'),
        // A release moves some versions of what the image had before.
        ...base.map((name) => component(name, random() < 0.05 ? '1.1.0' : versionOf(name))),
      ]);
    }).flat();
  }

  /** @param number of the asset, from 0 */
  componentsOf(number: number): readonly Component[] {
    const random = randomOf(this.#seed * 1_000_003 + number);
    const image = this.#images[Math.floor(random() * this.#images.length)] ?? [];
    const own = distinct(this.#perAsset - image.length, random).map((name) =>
      component(name, `2.${Math.floor(random() * 4)}.0`),
    );
    return number % 5_000 === 7 ? [...image, ...own, component(RARE, '1.0.0')] : [...image, ...own];
  }
}

/** `count` advisories over the universe, some 3,300 of which affect versions that are in use. */
export function* advisoriesOf(count: number): Generator<FeedRecord> {
  const random = randomOf(7);
  const every = Math.max(1, Math.round(count / 3_333));
  for (let at = 0; at < count; at += 1) {
    const name = packageName(Math.floor(random() * UNIVERSE));
    yield advisoryOf(`GHSA-${at}`, name, at % every === 0 ? '9.0.0' : '0.5.0');
  }
}

/** An advisory that speaks of `>=0 <fixed`. */
export function advisoryOf(id: string, name: string, fixed: string): FeedRecord {
  return {
    kind: 'advisory',
    withdrawn: false,
    advisory: {
      id,
      aliases: [],
      summary: `A vulnerability of ${name}`,
      details: '',
      published: '2026-01-01T00:00:00Z',
      modified: '2026-01-01T00:00:00Z',
      severities: [{ type: 'CVSS_V3', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
      cwes: ['CWE-79'],
      affected: [
        {
          ecosystem: 'npm',
          name,
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
          versions: [],
          symbols: [],
        },
      ],
      references: [],
      feed: 'osv',
    },
  };
}

function packageName(rank: number): string {
  return `${['core', 'web', 'data', 'tool'][rank % 4]}-package-${rank}`;
}

function versionOf(name: string): string {
  return `1.0.${name.length % 7}`;
}

/** Different packages, low ranks far more often than high ones. */
function distinct(count: number, random: () => number): readonly string[] {
  const names = new Set<string>();
  while (names.size < count) names.add(packageName(Math.floor(UNIVERSE * random() ** 3)));
  return [...names];
}

const made = new Map<string, Component>();

function component(name: string, version: string): Component {
  const purl = `pkg:npm/${name}@${version}`;
  const known = made.get(purl);
  if (known !== undefined) return known;
  const fresh: Component = {
    purl,
    ecosystem: 'npm',
    name,
    version,
    scope: 'runtime',
    direct: false,
    paths: [],
    seenIn: ['package-lock.json'],
  };
  made.set(purl, fresh);
  return fresh;
}
