import { messageOf, SutureError } from '../../../domain/error.ts';
import { readBlockYaml } from './block-yaml.ts';
import { corrupt } from './corrupt.ts';
import type { YamlMap, YamlValue } from './yaml-scalars.ts';

/** A full parser takes seconds and gigabytes on more than this; no real lockfile needs one so big. */
const MAX_FALLBACK_LENGTH = 8 * 1024 * 1024;
/** YAML's own default: more nodes than this out of one alias is a bomb. */
const MAX_ALIASES = 100;

/**
 * Parses a YAML lockfile whose top level is a mapping: the fast reader first, a full parser for
 * what is unusual or broken. Of several documents the last counts: pnpm puts its own tools' lock
 * in front.
 *
 * @throws SutureError `lockfile-corrupt` with line and column.
 */
export async function parseYaml(text: string, file: string, regenerate: string): Promise<YamlMap> {
  return readBlockYaml(lastDocument(text)) ?? (await parseFully(text, file, regenerate));
}

/** Behind the last marker at the start of a line; inside of any scalar it would be indented. */
function lastDocument(text: string): string {
  const marker = /^---\r?\n/.exec(text);
  const last = Math.max(text.lastIndexOf('\n---\n'), text.lastIndexOf('\n---\r\n'));
  if (last >= 0) return text.slice(text.indexOf('\n', last + 1) + 1);
  return marker === null ? text : text.slice(marker[0].length);
}

async function parseFully(text: string, file: string, regenerate: string): Promise<YamlMap> {
  if (text.length > MAX_FALLBACK_LENGTH) {
    throw new SutureError(
      'file-too-large',
      `${file} is unusual YAML of ${text.length} characters, more than the ${MAX_FALLBACK_LENGTH} that are read`,
      { remedy: `Write it anew with \`${regenerate}\`, or exclude it.` },
    );
  }
  // Loaded only here: it is larger than all of our readers.
  const { parseAllDocuments } = await import('yaml');
  try {
    const documents = parseAllDocuments(text, {
      schema: 'failsafe',
      logLevel: 'silent',
      merge: false,
    });
    if (!Array.isArray(documents)) throw corrupt(file, text, 0, 'the file is empty', regenerate);
    const fault = documents.flatMap((document) => document.errors)[0];
    if (fault !== undefined) {
      const what = fault.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '';
      throw corrupt(file, text, fault.pos[0], what, regenerate);
    }
    const value = textual(
      documents.at(-1)?.toJS({ mapAsMap: true, maxAliasCount: MAX_ALIASES }) as unknown,
    );
    if (value instanceof Map) return value;
  } catch (error) {
    if (error instanceof SutureError) throw error;
    // Stack exhaustion by nesting, too many aliases: the parser's own limits.
    throw corrupt(file, text, 0, messageOf(error), regenerate);
  }
  throw corrupt(file, text, 0, 'a mapping was expected', regenerate);
}

/** Keys may be collections in YAML and values null; neither means anything in a lockfile. */
function textual(value: unknown): YamlValue {
  if (Array.isArray(value)) return value.map(textual);
  if (value instanceof Map) {
    const map = new Map<string, YamlValue>();
    for (const [key, inner] of value) if (typeof key === 'string') map.set(key, textual(inner));
    return map;
  }
  return typeof value === 'string' ? value : '';
}

export function mapAt(map: YamlMap | undefined, key: string): YamlMap | undefined {
  const value = map?.get(key);
  return value instanceof Map ? value : undefined;
}

export function textAt(map: YamlMap | undefined, key: string): string | undefined {
  const value = map?.get(key);
  return typeof value === 'string' ? value : undefined;
}

/** The entries of a mapping whose value is text. */
export function textPairs(map: YamlMap | undefined): [string, string][] {
  return [...(map ?? [])].filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
}
