import { expect, it } from 'vitest';
import { memoryTree } from '../../../test/support/memory-tree.ts';
import { SutureError } from '../../domain/error.ts';
import type { Ecosystem } from '../../ports/ecosystem.ts';
import { discover } from './discover.ts';

/** An ecosystem whose lockfiles list `name version` lines, or one of a few words. */
const toy: Ecosystem = {
  id: 'toy',
  osvName: 'Toy',
  purlType: 'toy',
  lockfiles: [{ manager: 'npm', fileNames: ['preferred.lock', 'toy.lock'] }],
  manifest: 'toy.json',
  compare: () => 0,
  satisfies: () => true,
  async read(path, tree) {
    const text = (await tree.read(path)) ?? '';
    if (text === 'broken') {
      throw new SutureError('lockfile-corrupt', `${path}:3:7: a value was expected`, {
        line: 3,
        remedy: 'Write it anew.',
      });
    }
    if (text === 'bug') throw new TypeError('x is not a function');
    const slash = path.lastIndexOf('/');
    const folder = slash < 0 ? '' : path.slice(0, slash);
    const packages = text.split('\n').map((line) => {
      const [name = '', version = ''] = line.split(' ');
      const source = version === '' ? ('git' as const) : ('registry' as const);
      return [name, { id: name, name, version, source, bundled: false, dependencies: [] }] as const;
    });
    const edges = packages.map(([to]) => ({ name: to, range: '*', kind: 'runtime' as const, to }));
    const member = folder === '' ? 'member' : `${folder}/member`;
    return {
      graph: {
        ecosystem: 'toy',
        manager: 'npm',
        file: path,
        formatVersion: '1',
        workspaces: [
          { path: folder, name: 'root', dependencies: edges },
          { path: member, name: 'member', dependencies: [] },
        ],
        packages: new Map(packages),
        overrides: {},
      },
      problems: [],
    };
  },
};

const requires = '{"dependencies":{"a":"1"}}';

it('reads every lockfile and goes on after a broken one', async () => {
  const tree = memoryTree({
    'toy.lock': 'a 1',
    'services/one/toy.lock': 'broken',
    'services/two/toy.lock': 'bug',
    'services/three/toy.lock': 'b 2',
  });
  const { inventories, problems } = await discover(tree, [toy]);
  expect(inventories.map(({ graph }) => graph.file)).toEqual([
    'services/three/toy.lock',
    'toy.lock',
  ]);
  expect(inventories.map(({ components }) => components.map(({ purl }) => purl))).toEqual([
    ['pkg:toy/b@2'],
    ['pkg:toy/a@1'],
  ]);
  expect(problems).toEqual([
    {
      severity: 'error',
      file: 'services/one/toy.lock',
      line: 3,
      message: 'a value was expected. Write it anew.',
    },
    { severity: 'error', file: 'services/two/toy.lock', message: 'x is not a function' },
  ]);
});

it('reads one lockfile of a folder where two say the same, and says so', async () => {
  const tree = memoryTree({ 'preferred.lock': 'a 1', 'toy.lock': 'b 1' });
  const { inventories, problems } = await discover(tree, [toy]);
  expect(inventories.map(({ graph }) => graph.file)).toEqual(['preferred.lock']);
  expect(problems).toMatchObject([{ severity: 'warning', file: 'toy.lock' }]);
});

it.each<[string, Record<string, string>, string[]]>([
  ['beside a lockfile', { 'toy.lock': 'a 1', 'toy.json': requires }, []],
  ['of a workspace member', { 'toy.lock': 'a 1', 'member/toy.json': requires }, []],
  ['alone', { 'toy.json': requires }, ['toy.json']],
  ['that is no member', { 'toy.lock': 'a 1', 'x/toy.json': requires }, ['x/toy.json']],
  ['that requires nothing', { 'x/toy.json': '{"type":"module","dependencies":{}}' }, []],
  ['that cannot be parsed', { 'x/toy.json': '{' }, ['x/toy.json']],
  ['that is no object', { 'x/toy.json': '[null]' }, []],
  ['below a broken lockfile', { 'a/toy.lock': 'broken', 'a/b/toy.json': requires }, []],
  ['beside a broken one', { 'a/toy.lock': 'broken', 'ab/toy.json': requires }, ['ab/toy.json']],
])('a manifest %s', async (_, files, expected) => {
  expect((await discover(memoryTree(files), [toy])).unlocked).toEqual(expected);
});

it('reads only the files it is given, and says which it cannot', async () => {
  const tree = memoryTree({ 'a/toy.lock': 'a 1', 'b/toy.lock': 'b 1', 'x/toy.json': requires });
  const files = ['b/toy.lock', 'notes.txt'];
  const { inventories, unlocked, problems } = await discover(tree, [toy], { files });
  expect(inventories.map(({ graph }) => graph.file)).toEqual(['b/toy.lock']);
  expect(unlocked).toEqual([]);
  expect(problems).toMatchObject([{ severity: 'error', file: 'notes.txt' }]);
});

it('says which packages have no version to match', async () => {
  const { problems } = await discover(memoryTree({ 'toy.lock': 'a 1\nplum' }), [toy]);
  expect(problems).toMatchObject([{ severity: 'warning', file: 'toy.lock' }]);
  expect(problems[0]?.message).toContain('plum');
});
