import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { readBlockYaml } from './block-yaml.ts';

function reference(text: string): unknown {
  return parse(text, { schema: 'failsafe', mapAsMap: true, logLevel: 'silent' });
}

const fixtures = new URL('../../../../test/contract/fixtures/npm/', import.meta.url);
const real = readdirSync(fixtures).flatMap((folder) => {
  const name = folder.startsWith('pnpm') ? 'pnpm-lock.yaml' : 'yarn.lock';
  return /^(?:pnpm|yarn-berry)/.test(folder) ? [`${folder}/${name}`] : [];
});

it.each(real)('reads %s by itself, as a full parser does', (path) => {
  const text = readFileSync(new URL(path, fixtures), 'utf8');
  expect(readBlockYaml(text)).toEqual(reference(text));
  expect(readBlockYaml(text.replaceAll('\n', '\r\n'))).toEqual(reference(text));
});

describe('what package managers write', () => {
  it.each([
    'a: 1\nb:\n  c: d\n\n  e: f\ng: h\n',
    "'@s/a@1.0.0(b@2)':\n  resolution: {integrity: sha512-a+b/c==}\n",
    '"@s/a@npm:^1, @s/a@npm:^2":\n  version: 1.0.0\n  "x y": "npm:^1"\n',
    "engines: {node: '>= 6', npm: \">=3\"}\nos: [darwin, '!win32']\nempty: {}\nnone: []\n",
    'deep: {a: {b: [c, {d: e}]}, f: g}\n',
    'list:\n  - a\n  - "b"\nsame:\n- a\n- b\nafter: c\n',
    'nothing:\nnext: 1\nlast:\n',
    '# a comment\n__metadata:\n  version: 8\n  # another\n  cacheKey: 10c0\n',
    'why: |-\n  line one\n\n    line two: x\nnext: 1\n',
    'why: |\n  kept\n\nnext: 1\n',
    '? "a very long key"\n:\n  version: 1\n? b\n: c\n',
    "it's: it''s\n'it''s too': 'it''s'\n",
    'url: https://x.example/a?b=c#d\ntime: 12:30\n-a: -b\n',
    '\uFEFFa: 1\n',
    'a: 1',
    '__proto__: x\nconstructor:\n  __proto__: y\n',
  ])('%j', (text) => {
    const value = readBlockYaml(text);
    expect(value).toBeDefined();
    expect(value).toEqual(reference(text));
  });
});

describe('leaves to a full parser', () => {
  it.each([
    'a: &x 1\nb: *x\n',
    'a: !!str 1\n',
    '- a\n',
    'a: >-\n  folded\n  text\n',
    'a: one\n  two\n',
    'a: "x\\u0041"\n',
    'a: 1\na: 2\n',
    'a: b: c\n',
    'a: 1 # comment\n',
    '---\na: 1\n---\nb: 2\n',
    '%YAML 1.2\n---\na: 1\n',
    'a:\n\tb: 1\n',
    'a: {b: 1\n  c: 2}\n',
    'a: "unclosed\n',
    'a:\n  b: 1\n c: 2\n',
    '[a]: b\n',
    'list:\n  - a: 1\n',
    'a: {b: c: d}\n',
    'a: {b}\n',
    'just text\n',
    '? a\n',
    `a: ${'['.repeat(100)}${']'.repeat(100)}\n`,
  ])('%j', (text) => {
    expect(readBlockYaml(text)).toBeUndefined();
  });
});

const scalar = fc.oneof(
  fc.constantFrom(
    'a',
    '1.0.0',
    '^1 || >=2',
    'x: y',
    'a #b',
    "it's",
    '"q"',
    '-',
    '- a',
    '?',
    '',
    ' ',
  ),
  fc.constantFrom(
    'true',
    'null',
    '~',
    '{a}',
    '[b]',
    '@s/n',
    '*',
    '&a',
    '!x',
    'a, b',
    'a\nb',
    'é',
    '|',
  ),
  fc.string({ maxLength: 6 }),
);
const { tree } = fc.letrec<{ tree: Map<string, unknown> }>((tie) => ({
  tree: fc
    .array(
      fc.tuple(
        scalar,
        fc.oneof({ depthSize: 'small' }, scalar, fc.array(scalar, { maxLength: 3 }), tie('tree')),
      ),
      { maxLength: 4 },
    )
    .map((entries) => new Map<string, unknown>(entries)),
}));

describe('laws', () => {
  it('never reads anything differently from a full parser', () => {
    const widths = fc.constantFrom(0, 80);
    fc.assert(
      fc.property(tree, fc.boolean(), widths, (value, indentSeq, lineWidth) => {
        const text = stringify(value, { indentSeq, lineWidth });
        const read = readBlockYaml(text);
        fc.pre(read !== undefined && value.size > 0);
        expect(read).toEqual(reference(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('never reads what a full parser refuses', () => {
    const lines = fc.constantFrom(
      'a:',
      'a: b',
      ' a: b',
      '  a:',
      '  - b',
      '- c',
      "'k': v",
      'k: "v"',
      'k: {a: b}',
      'k: [a, b',
      'k: |-',
      '   text',
      '? k',
      ': v',
      '',
      '#c',
      'k: a: b',
      'k:  v ',
      '"k" : v',
      '  :',
      "k: 'a'b",
      'k: {a: }',
      'k: {a: b,}',
      'k: [a,, b]',
      'k: - a',
      ' - a',
      '...',
      '---',
      'k: a,b',
      'k: {"a":1}',
    );
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 7 }), (list) => {
        const text = `${list.join('\n')}\n`;
        const read = readBlockYaml(text);
        fc.pre(read !== undefined && read.size > 0);
        expect(read).toEqual(reference(text));
      }),
      { numRuns: 20_000 },
    );
  });
});
