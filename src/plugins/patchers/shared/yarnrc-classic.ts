import type { GuardedText } from '../../../platform/project-npmrc.ts';

const REGISTRY = /^"?(?:@[^:"\s]+:)?registry"?$/;

/**
 * What a repository may say in the `.yarnrc` of yarn 1: which registry. Left out above all:
 * `yarn-path` (a yarn inside the repository), `--install.*` and other flags, `script-shell`,
 * folders and mirrors outside the copy.
 */
export function guardYarnrcClassic(text: string): GuardedText {
  const kept: string[] = [];
  const dropped: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [key = ''] = trimmed.split(/\s+/);
    if (REGISTRY.test(key) && !trimmed.includes('${')) kept.push(trimmed);
    else dropped.push(key);
  }
  return { text: kept.length === 0 ? '' : `${kept.join('\n')}\n`, dropped };
}
