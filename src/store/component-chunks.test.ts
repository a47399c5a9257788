import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkInventory, packageNumber, type StoredComponent } from './component-chunks.ts';

function component(name: string, version = '1.0.0', given: Partial<StoredComponent> = {}) {
  const purl = `pkg:npm/${name}@${version}`;
  return {
    ecosystem: 'npm',
    name,
    version,
    purl,
    scope: 'runtime',
    direct: false,
    ...given,
  } as const;
}

const many = Array.from({ length: 500 }, (_, at) => component(`package-${at}`));
const hashes = (components: readonly StoredComponent[]) =>
  chunkInventory(components).chunks.map(({ hash }) => hash);

const anyComponent = fc
  .record({
    name: fc.string({ unit: 'binary', maxLength: 8 }),
    version: fc.constantFrom('1.0.0', '2.0.0'),
    scope: fc.constantFrom('runtime', 'development'),
    direct: fc.boolean(),
  })
  .map(({ name, version, ...given }) => component(name, version, given));

describe('chunkInventory', () => {
  it('keeps every component once, whatever their order and names', () => {
    fc.assert(
      fc.property(fc.array(anyComponent, { maxLength: 60 }), (components) => {
        const inventory = chunkInventory(components, 4);
        const kept = inventory.chunks.flatMap((chunk) => chunk.components);
        expect(new Set(kept.map(({ hash }) => hash)).size).toBe(kept.length);
        expect(inventory.count).toBe(kept.length);
        expect(chunkInventory([...components, ...components].reverse(), 4)).toEqual(inventory);
        const storable = (text: string) => text.toWellFormed().replaceAll('\0', '\uFFFD');
        expect(new Set(kept.map(({ name }) => name))).toEqual(
          new Set(components.map(({ name }) => storable(name))),
        );
      }),
    );
  });

  it('changes one chunk for a changed version', () => {
    for (const at of [0, 1, 17, 250, 499]) {
      const before = new Set(hashes(many));
      const changed = many.with(at, component(`package-${at}`, '1.0.1'));
      expect(hashes(changed).filter((hash) => !before.has(hash))).toHaveLength(1);
    }
  });

  it('changes one chunk, or two where it divides one, for a package that comes or goes', () => {
    const whole = hashes(many);
    for (let at = 0; at < many.length; at += 1) {
      const without = new Set(hashes(many.toSpliced(at, 1)));
      expect(whole.filter((hash) => !without.has(hash)).length).toBeLessThanOrEqual(2);
    }
  });

  it('makes chunks of about the size that is asked for', () => {
    for (const size of [4, 16, 64]) {
      const { chunks } = chunkInventory(many, size);
      expect(many.length / chunks.length).toBeGreaterThan(size / 2.5);
      expect(many.length / chunks.length).toBeLessThan(size * 2.5);
    }
  });

  it('bounds a chunk that never ends by itself', () => {
    const versions = Array.from({ length: 1000 }, (_, at) => component('one', `1.0.${at}`));
    const sizes = chunkInventory(versions).chunks.map(({ components }) => components.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(128);
  });

  it.each([
    ['name', component('b')],
    ['version', component('a', '1.0.1', { purl: 'pkg:npm/a@1.0.0' })],
    ['scope', component('a', '1.0.0', { scope: 'development' })],
    ['directness', component('a', '1.0.0', { direct: true })],
    ['ecosystem', component('a', '1.0.0', { ecosystem: 'PyPI' })],
  ])('tells another %s apart', (_, other) => {
    expect(chunkInventory([other]).hash).not.toBe(chunkInventory([component('a')]).hash);
  });
});

describe('packageNumber', () => {
  it.each([
    ['PyPI', 'Foo_Bar', 'foo-bar', true],
    ['npm', 'Foo', 'foo', false],
    ['NuGet', 'Foo.Bar', 'foo.bar', true],
  ])('of %s: %s and %s are the same: %s', (ecosystem, a, b, same) => {
    expect(packageNumber(ecosystem, a) === packageNumber(ecosystem, b)).toBe(same);
  });

  it('fits a bigint', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const number = BigInt(packageNumber('npm', name));
        expect(BigInt.asIntN(64, number)).toBe(number);
      }),
    );
  });
});
