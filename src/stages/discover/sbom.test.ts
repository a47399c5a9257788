import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../domain/context.ts';
import { SutureError } from '../../domain/error.ts';
import { fileTree } from '../../platform/file-tree.ts';
import { npmEcosystem } from '../../plugins/ecosystems/npm/index.ts';
import { writeCycloneDx } from '../report/cyclonedx.ts';
import { mergeComponents } from './components.ts';
import { discover } from './discover.ts';
import { osvPackage } from './sbom/osv-package.ts';
import { parsePackageUrl } from './sbom/package-url.ts';
import { parseSbom, readSbom } from './sbom.ts';

describe('parsePackageUrl and osvPackage', () => {
  it.each<[string, string, string, string]>([
    ['pkg:npm/lodash@4.17.11', 'npm', 'lodash', '4.17.11'],
    ['pkg:npm/%40scope/a%2Fb@1.0.0-rc.1%2Bx', 'npm', '@scope/a/b', '1.0.0-rc.1+x'],
    ['pkg:npm/@scope/name@1.0.0', 'npm', '@scope/name', '1.0.0'],
    ['PKG:NPM/a@1', 'npm', 'a', '1'],
    ['pkg:npm/a', 'npm', 'a', ''],
    ['pkg:pypi/Foo_Bar@1.0', 'PyPI', 'Foo_Bar', '1.0'],
    ['pkg:cargo/serde@1.0.1', 'crates.io', 'serde', '1.0.1'],
    ['pkg:golang/github.com/a/b@v1.2.3#sub/dir', 'Go', 'github.com/a/b', 'v1.2.3'],
    ['pkg:golang/github.com/a/b@%28devel%29', 'Go', 'github.com/a/b', '(devel)'],
    ['pkg:maven/org.x/y@1.0?type=jar', 'Maven', 'org.x:y', '1.0'],
    ['pkg:composer/symfony/http@1', 'Packagist', 'symfony/http', '1'],
    [
      'pkg:deb/debian/openssl@3.0.1-1?arch=amd64&distro=debian-12',
      'Debian:12',
      'openssl',
      '3.0.1-1',
    ],
    ['pkg:deb/debian/openssl@3.0.1-1', 'Debian', 'openssl', '3.0.1-1'],
    ['pkg:deb/ubuntu/bash@5?distro=ubuntu-22.04', 'Ubuntu:22.04:LTS', 'bash', '5'],
    ['pkg:deb/ubuntu/bash@5?distro=ubuntu-23.10', 'Ubuntu:23.10', 'bash', '5'],
    ['pkg:apk/alpine/musl@1.2.4-r2?distro=3.19.1', 'Alpine:v3.19', 'musl', '1.2.4-r2'],
    ['pkg:apk/wolfi/musl@1', 'wolfi', 'musl', '1'],
    ['pkg:rpm/almalinux/bash@5?distro=almalinux-9.3', 'AlmaLinux:9', 'bash', '5'],
    ['pkg:rpm/redhat/bash@5', 'Red Hat', 'bash', '5'],
    ['pkg:rpm/fedora/bash@5', 'fedora', 'bash', '5'],
    ['pkg:generic/openssl@3', 'generic', 'openssl', '3'],
  ])('%s is %s %s %s', (text, ecosystem, name, version) => {
    const url = parsePackageUrl(text);
    expect(url && { ...osvPackage(url), version: url.version }).toEqual({
      ecosystem,
      name,
      version,
    });
  });

  it.each([
    '',
    'lodash',
    'pkg:',
    'pkg:npm',
    'pkg:npm/',
    'pkg:9/a@1',
    'pkg:npm/%zz',
    'pkg:npm/a@%ff',
    `pkg:npm/${'a'.repeat(5000)}`,
  ])('%j is none', (text) => {
    expect(parsePackageUrl(text)).toBeUndefined();
  });
});

const library = (name: string, given: object = {}) => ({
  type: 'library',
  name,
  'bom-ref': name,
  purl: `pkg:npm/${name}@1.0.0`,
  ...given,
});
const cyclonedx = (given: object = {}) => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  metadata: { component: { type: 'application', name: 'shop', 'bom-ref': 'root' } },
  ...given,
});
const spdxPackage = (name: string, given: object = {}) => ({
  SPDXID: `SPDXRef-${name}`,
  name,
  versionInfo: '1.0.0',
  externalRefs: [
    {
      referenceCategory: 'PACKAGE-MANAGER',
      referenceType: 'purl',
      referenceLocator: `pkg:npm/${name}@1.0.0`,
    },
  ],
  ...given,
});
const relation = (a: string, relationshipType: string, b: string) => ({
  spdxElementId: `SPDXRef-${a}`,
  relationshipType,
  relatedSpdxElement: `SPDXRef-${b}`,
});
const spdx = (given: object = {}) => ({ spdxVersion: 'SPDX-2.3', name: 'shop', ...given });

/** Name → [direct, scope, paths] */
function told(document: unknown) {
  const { components } = readSbom(document, 'bom.json');
  return Object.fromEntries(
    components.map(({ name, direct, scope, paths }) => [
      name,
      [direct, scope, paths.map((path) => path.join(' '))],
    ]),
  );
}

describe('readSbom', () => {
  it.each<[string, object, object]>([
    [
      'CycloneDX with its graph',
      cyclonedx({
        components: [library('a'), library('b'), library('c', { scope: 'excluded' })],
        dependencies: [
          { ref: 'root', dependsOn: ['a', 'c'] },
          { ref: 'a', dependsOn: ['b'] },
          { ref: 'b', dependsOn: ['a'] },
        ],
      }),
      {
        a: [true, 'runtime', ['a@1.0.0']],
        b: [false, 'runtime', ['a@1.0.0 b@1.0.0']],
        c: [true, 'development', ['c@1.0.0']],
      },
    ],
    [
      'CycloneDX without a graph',
      cyclonedx({ components: [library('a', { scope: 'optional' })] }),
      { a: [false, 'optional', []] },
    ],
    [
      'CycloneDX without a root: what nothing needs is direct',
      cyclonedx({
        metadata: {},
        components: [library('a'), library('b')],
        dependencies: [{ ref: 'a', dependsOn: ['b'] }, { ref: 'b' }],
      }),
      { a: [true, 'runtime', ['a@1.0.0']], b: [false, 'runtime', ['a@1.0.0 b@1.0.0']] },
    ],
    [
      'components inside components, and npm’s word for development',
      cyclonedx({
        components: [
          library('a', {
            components: [
              library('b', {
                properties: [{ name: 'cdx:npm:package:development', value: 'true' }],
              }),
            ],
          }),
        ],
      }),
      { a: [false, 'runtime', []], b: [false, 'development', []] },
    ],
    [
      'an application inside, whose needs are direct',
      cyclonedx({
        components: [{ type: 'application', name: 'api', 'bom-ref': 'api' }, library('a')],
        dependencies: [
          { ref: 'root', dependsOn: ['api'] },
          { ref: 'api', dependsOn: ['a'] },
        ],
      }),
      { a: [true, 'runtime', ['a@1.0.0']] },
    ],
    [
      'SPDX with what needs whom, said from either side',
      spdx({
        packages: [
          spdxPackage('root'),
          ...['a', 'b', 'c', 'd', 'e'].map((name) => spdxPackage(name)),
        ],
        relationships: [
          { ...relation('', 'DESCRIBES', 'root'), spdxElementId: 'SPDXRef-DOCUMENT' },
          relation('root', 'DEPENDS_ON', 'a'),
          relation('b', 'DEPENDENCY_OF', 'a'),
          relation('c', 'DEV_DEPENDENCY_OF', 'root'),
          relation('d', 'OPTIONAL_DEPENDENCY_OF', 'a'),
          relation('root', 'CONTAINS', 'e'),
        ],
      }),
      {
        a: [true, 'runtime', ['a@1.0.0']],
        b: [false, 'runtime', ['a@1.0.0 b@1.0.0']],
        c: [true, 'development', ['c@1.0.0']],
        d: [false, 'optional', ['a@1.0.0 d@1.0.0']],
        e: [false, 'runtime', []],
      },
    ],
    [
      'SPDX that describes each package',
      spdx({
        packages: [spdxPackage('a'), spdxPackage('b')],
        documentDescribes: ['SPDXRef-a', 'SPDXRef-b'],
      }),
      { a: [false, 'runtime', []], b: [false, 'runtime', []] },
    ],
    [
      'what GitHub’s API hands out',
      { sbom: spdx({ packages: [spdxPackage('a')] }) },
      { a: [false, 'runtime', []] },
    ],
  ])('reads %s', (_, document, expected) => {
    expect(told(document)).toEqual(expected);
  });

  it.each(['1.4', '1.5', '1.6', '1.7'])('reads CycloneDX %s', (specVersion) => {
    const read = readSbom(cyclonedx({ specVersion, components: [library('a')] }), 'bom.json');
    expect(read).toMatchObject({ format: `CycloneDX ${specVersion}`, name: 'shop' });
    expect(read.components).toHaveLength(1);
  });

  it.each<[string, unknown, RegExp]>([
    ['a number', 7, /^bom.json is neither CycloneDX nor SPDX$/],
    ['null', null, /neither/],
    ['a lockfile', { lockfileVersion: 3 }, /neither/],
    ['SPDX 3', { '@context': 'https://spdx.org/rdf/3.0.1/' }, /SPDX 3 is not read yet/],
    [
      'an old CycloneDX',
      cyclonedx({ specVersion: '1.1' }),
      /specVersion: CycloneDX 1.1 is not read/,
    ],
    ['a version that is none', cyclonedx({ specVersion: 6 }), /^specVersion: /],
    ['components that are none', cyclonedx({ components: 'a' }), /^components: /],
    [
      'a component without a name',
      cyclonedx({ components: [library('a'), { type: 'x' }] }),
      /^components\[1\]\.name: /,
    ],
    [
      'one inside another',
      cyclonedx({ components: [library('a', { components: [{ type: 'library', name: 1 }] })] }),
      /^components\[0\]\.components\[0\]\.name: /,
    ],
    ['a dependency without a ref', cyclonedx({ dependencies: [{}] }), /^dependencies\[0\]\.ref: /],
    [
      'an SPDX package without an id',
      spdx({ packages: [{ name: 'a' }] }),
      /^packages\[0\]\.SPDXID: /,
    ],
    [
      'a purl that is no text',
      spdx({ packages: [spdxPackage('a', { externalRefs: [{ referenceType: 'purl' }] })] }),
      /referenceLocator: /,
    ],
  ])('says what is wrong with %s', (_, document, message) => {
    const read = () => readSbom(document, 'bom.json');
    expect(read).toThrow(message);
    expect(read).toThrow(SutureError);
  });

  it('tells of components that it cannot take, and takes the others', () => {
    const { components, problems } = readSbom(
      cyclonedx({
        components: [
          library('a'),
          library('b', { purl: 'b@1.0.0' }),
          { type: 'library', name: 'c' },
          library('d', { purl: 'pkg:npm/d' }),
          { type: 'file', name: '/etc/passwd' },
        ],
      }),
      'bom.json',
    );
    expect(components.map(({ name }) => name)).toEqual(['a', 'd']);
    expect(problems).toEqual([
      {
        severity: 'error',
        file: 'bom.json',
        message: 'components[1]: "b@1.0.0" is no package URL',
      },
      {
        severity: 'warning',
        file: 'bom.json',
        message: '1 components have no package URL: nothing can be looked up for them',
      },
      {
        severity: 'warning',
        file: 'bom.json',
        message: '1 components have no version: whether they are affected cannot be said',
      },
    ]);
  });

  it('is one component for one purl, as strong as its strongest', () => {
    const purl = 'pkg:npm/a@1.0.0';
    const twice = [library('x', { purl, scope: 'excluded' }), library('y', { purl })];
    expect(told(cyclonedx({ components: twice }))).toEqual({ a: [false, 'runtime', []] });
    const sameRef = [library('a'), library('a', { purl: 'pkg:npm/b@1' })];
    expect(Object.keys(told(cyclonedx({ components: sameRef })))).toEqual(['a', 'b']);
  });

  it('comes to an end in deep, wide and circular documents', () => {
    let nested = library('z');
    for (let depth = 0; depth < 5_000; depth += 1)
      nested = library(`n${depth}`, { components: [nested] });
    expect(readSbom(cyclonedx({ components: [nested] }), 'b').components).toHaveLength(5_001);
    const all = Array.from({ length: 300 }, (_, at) => `c${at}`);
    const { components } = readSbom(
      cyclonedx({
        components: all.map((name) => library(name)),
        dependencies: ['root', ...all].map((ref) => ({ ref, dependsOn: all })),
      }),
      'b',
    );
    expect(Math.max(...components.map(({ paths }) => paths.length))).toBeLessThanOrEqual(5);
  });

  it('never throws anything but its own error', () => {
    const shaped = fc.oneof(
      fc.jsonValue().map((components) => cyclonedx({ components, dependencies: components })),
      fc.jsonValue().map((packages) => spdx({ packages, relationships: packages })),
      fc
        .array(fc.string())
        .map((purls) => cyclonedx({ components: purls.map((purl) => library('a', { purl })) })),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(shaped, (document) => {
        try {
          readSbom(document, 'b');
        } catch (error) {
          expect(error).toBeInstanceOf(SutureError);
        }
      }),
    );
  });

  it('reads back what the scanner writes', async () => {
    const tree = fileTree('examples/storefront');
    const { inventories } = await discover(tree, [npmEcosystem]);
    const components = mergeComponents(inventories.map((each) => each.components));
    const graphs = inventories.map(({ graph }) => graph);
    const asset = {
      id: 'repository:storefront',
      kind: 'repository' as const,
      name: 'storefront',
      context: DEFAULT_CONTEXT,
      components,
      graphs,
      findings: [],
    };
    const text = writeCycloneDx({
      tool: { name: 'suture', version: '0' },
      feeds: [],
      assets: [asset],
      problems: [],
      generatedAt: '2026-01-01T00:00:00.000Z',
    });
    const read = parseSbom(text, 'bom.json');
    expect(read.problems).toEqual([]);
    const brief = (list: typeof components) =>
      list.map(({ purl, ecosystem, name, version, direct }) => ({
        purl,
        ecosystem,
        name,
        version,
        direct,
      }));
    expect(brief(read.components)).toEqual(brief(components));
    expect(components.length).toBeGreaterThan(50);
  });
});

describe('parseSbom', () => {
  it.each<[string, string]>([
    ['XML', '<?xml version="1.0"?><bom/>'],
    ['tag-value', 'SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0'],
    ['half of it', '{"bomFormat": "Cyclo'],
    ['nothing', ''],
    ['depth without end', '['.repeat(100_000)],
  ])('says that %s is not JSON', (_, text) => {
    expect(() => parseSbom(text, 'bom.json')).toThrow(/^bom.json is not JSON/);
  });

  it('reads on behind a byte order mark', () => {
    const text = `\uFEFF${JSON.stringify(cyclonedx({ components: [library('a')] }))}`;
    expect(parseSbom(text, 'bom.json').components).toHaveLength(1);
  });
});
