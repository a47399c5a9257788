import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { patchers } from './index.ts';

it('lists every patcher on disk, sorted', () => {
  const files = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(?!index)[^.]+\.ts$/.test(entry.name))
    .map((entry) => entry.name.replace(/\.ts$/, ''));
  expect(patchers.map(({ manager }) => manager)).toEqual(files.sort());
});
