import { hash } from 'node:crypto';
import type { Component } from '../domain/component.ts';
import { canonicalPackageName } from '../domain/package-name.ts';

/**
 * Packages per chunk, on average. Larger ones make inventories shorter lists, smaller ones copy
 * fewer neighbours of what an asset has for itself. The room is the same from 4 to 64 within some
 * per cent (`npm run bench -- delta -- --chunks`); but of the larger there are more that hold one
 * package, and looking for its assets goes through each of them.
 */
const AVERAGE_CHUNK = 8;

/** One of 2,981 chunks is longer than this by chance (e^-8); cut there, against made-up names. */
const LONGEST = 8;

/** What of a component is kept; two assets that agree on all of it share it. */
export type StoredComponent = Pick<
  Component,
  'ecosystem' | 'name' | 'version' | 'purl' | 'scope' | 'direct'
>;

export interface HashedComponent extends StoredComponent {
  /** {@link digest} over all fields, in hexadecimal. */
  readonly hash: string;
  /** {@link packageNumber} of its package. */
  readonly packageKey: string;
}

export interface Chunk {
  /** Over its components' hashes. */
  readonly hash: string;
  readonly components: readonly HashedComponent[];
}

export interface ChunkedInventory {
  /** Over its chunks' hashes: equal for equal sets of components. */
  readonly hash: string;
  readonly chunks: readonly Chunk[];
  /** Components, without duplicates. */
  readonly count: number;
}

/**
 * Divides an inventory into chunks by its content (as content-defined chunking does with bytes):
 * components are sorted by package, and a chunk ends after every package whose name's hash says so.
 * A component that comes, goes or changes its version therefore changes the chunk it is in and no
 * other, and assets with mostly the same packages have mostly the same chunks.
 *
 * The result depends on the set of components alone, not on their order.
 */
export function chunkInventory(
  components: readonly StoredComponent[],
  averageSize: number = AVERAGE_CHUNK,
): ChunkedInventory {
  const distinct = new Map(components.map(hashed).map((each) => [each.hash, each]));
  const sorted = [...distinct.values()].sort(byPackage);
  const chunks: Chunk[] = [];
  let current: HashedComponent[] = [];
  const close = () => {
    chunks.push({ hash: digest(current.map((each) => each.hash)), components: current });
    current = [];
  };
  for (const [at, component] of sorted.entries()) {
    current.push(component);
    const next = sorted[at + 1];
    // Versions of one package stay together, so that the boundary is the package's alone.
    const whole = next?.packageKey !== component.packageKey;
    if ((whole && endsChunk(component, averageSize)) || current.length >= LONGEST * averageSize) {
      close();
    }
  }
  if (current.length > 0) close();
  return { hash: digest(chunks.map((chunk) => chunk.hash)), chunks, count: sorted.length };
}

/**
 * A package as a number for looking up: the first 64 bits of SHA-256 over ecosystem and canonical
 * name, as a signed decimal (PostgreSQL's `bigint`). Different packages may share one, so whoever
 * looks up compares names afterwards.
 */
export function packageNumber(ecosystem: string, name: string): string {
  const text = `${ecosystem}\t${canonicalPackageName(ecosystem, name)}`;
  return BigInt.asIntN(64, BigInt(`0x${hash('sha256', text).slice(0, 16)}`)).toString();
}

function hashed(given: StoredComponent): HashedComponent {
  const component: StoredComponent = {
    ecosystem: storable(given.ecosystem),
    name: storable(given.name),
    version: storable(given.version),
    purl: storable(given.purl),
    scope: given.scope,
    direct: given.direct,
  };
  const { ecosystem, name, version, purl, scope, direct } = component;
  return {
    ...component,
    hash: digest([ecosystem, name, version, purl, scope, direct ? 'direct' : 'transitive']),
    packageKey: packageNumber(ecosystem, name),
  };
}

/** PostgreSQL's text has no NUL, and what is not a character has no UTF-8: only hostile files hold either. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

function endsChunk({ packageKey }: HashedComponent, averageSize: number): boolean {
  return BigInt.asUintN(32, BigInt(packageKey)) % BigInt(averageSize) === 0n;
}

/**
 * The first 160 bits of SHA-256: there are millions of these, and nobody can make two things have
 * the same. Parts are prefixed with their length, which keeps `['ab','c']` and `['a','bc']` apart.
 */
function digest(parts: readonly string[]): string {
  return hash('sha256', parts.map((part) => `${part.length}:${part}`).join('')).slice(0, 40);
}

function byPackage(a: HashedComponent, b: HashedComponent): number {
  return (
    compare(a.ecosystem, b.ecosystem) ||
    compare(a.name, b.name) ||
    compare(a.packageKey, b.packageKey) ||
    compare(a.hash, b.hash)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
