import { aliasTarget, versionRange } from '../shared/manifest.ts';

/** One entry of a `yarn.lock` (classic or berry): who asks, and what they get, as text. */
export interface Block {
  /** `leaf@^1.0.0` (classic), `leaf@npm:^1.0.0` (berry); as written, without quotes. */
  readonly descriptors: readonly string[];
  /** The indented lines, without line ends. */
  readonly body: readonly string[];
}

export interface YarnLock {
  /** Comments and blank lines before the first entry. */
  readonly head: readonly string[];
  readonly blocks: readonly Block[];
  readonly eol: string;
}

/**
 * Reads a lockfile into entries. Both formats are the same at this depth: a line with the
 * descriptors, indented lines below it, a blank line between entries.
 */
export function parseBlocks(text: string): YarnLock {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const head: string[] = [];
  const blocks: { descriptors: readonly string[]; body: string[] }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const current = blocks.at(-1);
    if (/^\s+\S/.test(line) && current) current.body.push(line);
    else if (/^[^\s#].*:$/.test(line)) blocks.push({ descriptors: descriptorsOf(line), body: [] });
    else if (!current) head.push(line);
  }
  return { head, blocks, eol };
}

export function formatBlocks(lock: YarnLock, style: 'classic' | 'berry'): string {
  const entries = lock.blocks.map(({ descriptors, body }) => {
    const names = [...descriptors].sort();
    const key =
      style === 'berry'
        ? quoteIf(names.join(', '), /[^\w./-]/)
        : names
            .map((name) => quoteIf(name, /^(?:true|false)|[:\s\n\\",[\]]|^[^a-zA-Z]/))
            .join(', ');
    return [`${key}:`, ...body].join(lock.eol);
  });
  return [...lock.head, entries.join(lock.eol.repeat(2))].join(lock.eol) + lock.eol;
}

/** yarn sorts entries by their first descriptor. */
export function insertSorted(blocks: readonly Block[], block: Block): readonly Block[] {
  const first = (one: Block) => [...one.descriptors].sort()[0] ?? '';
  const at = blocks.findIndex((one) => !first(one).startsWith('__') && first(one) > first(block));
  return at < 0 ? [...blocks, block] : blocks.toSpliced(at, 0, block);
}

function quoteIf(text: string, needs: RegExp): string {
  return needs.test(text) ? JSON.stringify(text) : text;
}

function descriptorsOf(line: string): readonly string[] {
  return line
    .slice(0, -1)
    .replaceAll('"', '')
    .split(/,\s*/)
    .map((one) => one.trim());
}

/** What a descriptor asks for. */
export interface Wanted {
  /** The name it is required under. */
  readonly key: string;
  /** Name in the registry. */
  readonly name: string;
  /** The version part: `^1.0.0`. */
  readonly range: string;
}

/** `leaf-old@npm:leaf@~1` → key `leaf-old`, name `leaf`, range `~1`. */
export function wantedBy(descriptor: string): Wanted {
  const at = descriptor.indexOf('@', 1);
  const key = at < 0 ? descriptor : descriptor.slice(0, at);
  const range = at < 0 ? '' : descriptor.slice(at + 1);
  return { key, name: aliasTarget(range) ?? key, range: versionRange(range) };
}

export function versionOf(block: Block): string {
  return field(block, 'version') ?? '';
}

/** A field of the entry itself, without quotes: `version`, `resolved`, `resolution`. */
export function field(block: Block, name: string): string | undefined {
  const line = block.body.find((one) => new RegExp(`^ {2}${name}:?\\s`).test(one));
  return line?.replace(/^\s*\S+\s+/, '').replaceAll('"', '');
}

/** Requirements that the packages of the lockfile have, as key and range. */
export function requirementsOf(block: Block): readonly (readonly [string, string])[] {
  const found: [string, string][] = [];
  let inside = false;
  for (const line of block.body) {
    if (/^ {2}\S/.test(line)) inside = /^ {2}(?:dependencies|optionalDependencies):/.test(line);
    else if (inside) {
      const match = /^ {4}"?(?<key>[^"\s]+?)"?:?\s+"?(?<range>[^"]*)"?$/.exec(line)?.groups;
      if (match) found.push([match['key'] ?? '', match['range'] ?? '']);
    }
  }
  return found;
}
