import { describe, expect, it } from 'vitest';
import { unpin } from './pins.ts';

const packages = 'packages:\n\n  leaf@1.0.2:\n    resolution: {integrity: x}\n    overrides: {}\n';
const pins = {
  overrides: ['branch@1.0.0>leaf'],
  specifiers: [{ importer: '.', section: 'dependencies', key: 'leaf', range: '^1.0.0' }],
};
const importers = (specifier: string) =>
  `importers:\n\n  .:\n    dependencies:\n      leaf:\n        specifier: ${specifier}\n        version: 1.0.2\n\n`;

describe('unpin (pnpm)', () => {
  it.each([
    [
      'the only override and its block go',
      `lockfileVersion: '9.0'\n\noverrides:\n  branch@1.0.0>leaf: 1.0.2\n\n${importers('1.0.2')}${packages}`,
      `lockfileVersion: '9.0'\n\n${importers('^1.0.0')}${packages}`,
    ],
    [
      'the project’s own overrides stay',
      `lockfileVersion: '9.0'\n\noverrides:\n  branch@1.0.0>leaf: 1.0.2\n  twig: 1.0.0\n\n${importers('1.0.2')}${packages}`,
      `lockfileVersion: '9.0'\n\noverrides:\n  twig: 1.0.0\n\n${importers('^1.0.0')}${packages}`,
    ],
    [
      'a document before the project’s is left alone',
      `---\nlockfileVersion: '9.0'\n\noverrides:\n  branch@1.0.0>leaf: 1.0.2\n\n---\n${importers('1.0.2')}${packages}`,
      `---\nlockfileVersion: '9.0'\n\noverrides:\n  branch@1.0.0>leaf: 1.0.2\n\n---\n${importers('^1.0.0')}${packages}`,
    ],
    [
      'format 6 of a single project',
      `lockfileVersion: '6.0'\n\ndependencies:\n  leaf:\n    specifier: 1.0.2\n    version: 1.0.2\n\n${packages}`,
      `lockfileVersion: '6.0'\n\ndependencies:\n  leaf:\n    specifier: ^1.0.0\n    version: 1.0.2\n\n${packages}`,
    ],
    [
      'format 5',
      `lockfileVersion: 5.4\n\nspecifiers:\n  leaf: 1.0.2\n\ndependencies:\n  leaf: 1.0.2\n\n${packages}`,
      `lockfileVersion: 5.4\n\nspecifiers:\n  leaf: ^1.0.0\n\ndependencies:\n  leaf: 1.0.2\n\n${packages}`,
    ],
  ])('%s', (_name, before, after) => {
    expect(unpin(before, pins)).toBe(after);
  });
});
