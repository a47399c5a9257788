import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../test/support/memory-tree.ts';
import { projectScripts } from './detect-tests.ts';

const tree = (files: Record<string, string> = {}) =>
  memoryTree({ 'package.json': '{"scripts":{"test":"npm install && mocha"}}', ...files });

describe('projectScripts', () => {
  it.each([
    ['npm', {}, ['npm', 'test']],
    ['yarn 2 and later', { 'yarn.lock': '__metadata:\n  version: 8\n' }, ['yarn', 'test']],
  ])('keeps %s from waiting for a network', async (_case, files, test) => {
    const scripts = await projectScripts(tree(files));
    expect(scripts.test).toEqual(test);
    expect(scripts.env).toMatchObject({ npm_config_fetch_retries: '0' });
  });
});
