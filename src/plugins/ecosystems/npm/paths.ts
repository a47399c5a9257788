/** The folder of a `/`-separated relative path; empty for the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/**
 * Joins a folder and a relative path, both below the asset's root; `undefined` when the result
 * leaves it or is no relative path. Lockfiles are hostile input: such a path must never be opened
 * or written to.
 */
export function joinInside(folder: string, path: string): string | undefined {
  if (/^[/\\]|^[A-Za-z]:|\0/.test(path)) return undefined;
  const parts: string[] = folder === '' ? [] : folder.split('/');
  for (const part of path.split(/[/\\]/)) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** Whether a workspace pattern (`packages/*`, `apps/**`, `{a,b}/*`) matches a folder. */
export function matchesWorkspacePatterns(patterns: readonly string[], folder: string): boolean {
  let member = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    const expression = globExpression(negated ? pattern.slice(1) : pattern);
    if (expression?.test(folder)) member = !negated;
  }
  return member;
}

/** Longer patterns are not somebody's folder layout. */
const MAX_PATTERN = 256;

function globExpression(pattern: string): RegExp | undefined {
  const trimmed = pattern.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (trimmed === '' || trimmed.length > MAX_PATTERN) return undefined;
  let source = '';
  let braces = 0;
  // Repeated wildcards mean what one means, and would make the expression slow.
  const tokens = trimmed.replaceAll(/(?:\*\*\/)+/g, '**/').match(/\*\*\/|\*+|[^*]/g) ?? [];
  for (const token of tokens) {
    if (token === '**/') source += '(?:[^/]+/)*';
    else if (token === '**') source += '.*';
    else if (token.startsWith('*')) source += '[^/]*';
    else if (token === '?') source += '[^/]';
    else if (token === '{') {
      source += '(?:';
      braces += 1;
    } else if (token === '}' && braces > 0) {
      source += ')';
      braces -= 1;
    } else if (token === ',' && braces > 0) source += '|';
    else source += token.replace(/[\\^$.|+()[\]{}]/, '\\$&');
  }
  return braces === 0 ? new RegExp(`^${source}$`) : undefined;
}
