import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser, moduleFacts } from './module-facts.ts';
import { nestsTooDeep } from './nesting.ts';

beforeAll(loadParser);

describe('nesting and hostile text', () => {
  const nests: readonly (readonly [string, (n: number) => string])[] = [
    ['arrays', (n) => '['.repeat(n)],
    ['parentheses', (n) => `${'('.repeat(n)}1${')'.repeat(n)}`],
    ['functions', (n) => 'function a(){'.repeat(n) + '}'.repeat(n)],
    ['templates', (n) => `${'`${'.repeat(n)}1${'}`'.repeat(n)}`],
    ['prefixes', (n) => `${'!'.repeat(n)}1`],
    ['words', (n) => `${'new '.repeat(n)}a`],
    ['arrows', (n) => `${'a=>'.repeat(n)}1`],
    ['conditions', (n) => `${'if(a)'.repeat(n)};`],
    ['else', (n) => `${'if(a);else '.repeat(n)};`],
    ['do', (n) => `${'do '.repeat(n)}a; ${'while(1);'.repeat(n)}`],
    ['ternaries', (n) => `${'a?1:'.repeat(n)}1`],
    ['operators', (n) => `${'1+'.repeat(n)}1`],
    ['members', (n) => `a${'.b'.repeat(n)}`],
    ['calls', (n) => `a${'()'.repeat(n)}`],
    ['labels', (n) => `${'a:'.repeat(n)};`],
    ['hidden in a regular expression', (n) => `x = 1\n}/"/;${'['.repeat(n)}`],
    ['after a string that does not end', (n) => `'\n${'['.repeat(n)}`],
  ];
  it.each(nests)('survives %s', (_, make) => {
    for (const n of [500, 5_000, 200_000]) {
      const facts = moduleFacts('a.js', make(n));
      expect(facts.imports).toEqual([]);
    }
    expect(moduleFacts('a.js', make(200_000)).opaque).toMatchObject([{ kind: 'unparsed' }]);
  });

  it.each([
    ['ts', (n: number) => `let x:${'A<'.repeat(n)}B${'>'.repeat(n)}`],
    ['tsx', (n: number) => '<a>'.repeat(n) + '</a>'.repeat(n)],
    ['tsx', (n: number) => "<a>'{[".repeat(n)],
  ])('survives markup and types in .%s', (extension, make) => {
    expect(moduleFacts(`a.${extension}`, make(20_000)).opaque).toMatchObject([
      { kind: 'unparsed' },
    ]);
  });

  it('does not take ordinary code for too deep', () => {
    const line =
      'const a = b / 2, r = /[(]{2}/g, s = `(${c ? \'[\' : "{"})`; if (!/x/.test(s)) { f(a, (d) => d); }\n';
    expect(nestsTooDeep(line.repeat(3_000), 'js')).toBe(false);
    const markup = 'export const A = () => <p title="it\'s">it\'s {x ? <b>(</b> : null} </p>;\n';
    expect(nestsTooDeep(markup.repeat(2_000), 'tsx')).toBe(false);
    const chain = `x = ${Array.from({ length: 4_000 }, (_, n) => `'${n}'`).join(' + ')};`;
    expect(nestsTooDeep(chain, 'js')).toBe(false);
  });

  it('survives a long minified bundle', () => {
    const text =
      "!function(e,t){e.exports=t(require('x').y)}(module,function(n){return n&&n(1)});".repeat(
        13_000,
      );
    const facts = moduleFacts('bundle.min.js', text);
    expect(facts.imports).toHaveLength(13_000);
    expect(facts.imports[0]?.code.length).toBeLessThan(200);
  });

  it('never throws, and never takes what it cannot read for nothing', () => {
    const piece = fc.constantFrom(
      "require('x')",
      'import',
      '{',
      '}',
      '(',
      ')',
      '`',
      '${',
      '/',
      '*/',
      '"',
      '\\',
      '\n',
      '=>',
      'a',
      '<',
      '>',
      '\u0000',
      '\ud800',
      'export',
      'class',
      '?.',
      ';',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.constantFrom('a.js', 'a.tsx', 'a.vue', 'a.cts'),
        (parts, path) => {
          const facts = moduleFacts(path, parts.join(' '));
          for (const { line, column } of [...facts.imports, ...facts.uses, ...facts.opaque]) {
            expect(line).toBeGreaterThan(0);
            expect(column).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
