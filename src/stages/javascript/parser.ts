import type { ParseResult, ParserOptions } from 'oxc-parser';
import { messageOf, SutureError } from '../../domain/error.ts';
import { nestsTooDeep } from './nesting.ts';
import type { SyntaxNode } from './syntax.ts';

/** The parser's enum is ambient: its values exist as text only. */
const ERRORS: ReadonlySet<string> = new Set(['Error']);

type Parser = typeof import('oxc-parser');
type Lang = NonNullable<ParserOptions['lang']>;
type SourceType = NonNullable<ParserOptions['sourceType']>;

/** Longer files are bundles or data; parsing one costs seconds and hundreds of megabytes. */
const MAX_SOURCE_LENGTH = 4_000_000;

interface Parsed {
  readonly program: SyntaxNode;
  /** The parser had to skip something: the tree may miss parts. */
  readonly error?: { readonly message: string; readonly offset: number };
}

export type ParseOutcome = Parsed | { readonly program?: never; readonly refused: string };

let parser: Parser | undefined;
/** The faster way out of the native parser wants gigabytes of address space; not all give that. */
let rawTransfer = true;

/** Loads the native parser (some 6 ms). Needed once before anything is parsed. */
export async function loadParser(): Promise<void> {
  parser ??= await import('oxc-parser');
}

export function visitorKeys(): Readonly<Record<string, readonly string[]>> {
  return loaded().visitorKeys;
}

function loaded(): Parser {
  if (parser !== undefined) return parser;
  throw new SutureError('parser-not-loaded', 'The JavaScript parser was not loaded', {
    remedy: 'This is a defect in Suture: await loadParser() before moduleFacts().',
  });
}

/**
 * Parses JavaScript or TypeScript of any dialect. The language comes from the extension; what a
 * `.js` file really is (module, script, CommonJS, JSX, types in it) is tried out in that order.
 */
export function parseSource(path: string, text: string): ParseOutcome {
  loaded();
  if (text.length > MAX_SOURCE_LENGTH) return { refused: `is ${text.length} characters long` };
  let best: Parsed | undefined;
  for (const [lang, sourceType] of attempts(path)) {
    if (nestsTooDeep(text, lang)) return { refused: 'nests too deeply to be parsed safely' };
    const parsed = tryParse(path, text, lang, sourceType);
    if (parsed === undefined) continue;
    if (parsed.error === undefined) return parsed;
    if (best === undefined || size(parsed) > size(best)) best = parsed;
  }
  return best ?? { refused: 'nests too deeply to be parsed' };
}

function size(parsed: Parsed): number {
  const body = parsed.program['body'];
  return Array.isArray(body) ? body.length : 0;
}

function attempts(path: string): readonly (readonly [Lang, SourceType])[] {
  const extension = /\.([cm]?[jt]sx?)$/.exec(path)?.[1] ?? 'js';
  switch (extension) {
    case 'ts':
      return [
        ['ts', 'unambiguous'],
        ['ts', 'commonjs'],
        ['tsx', 'unambiguous'],
      ];
    case 'mts':
      return [['ts', 'module']];
    case 'cts':
      return [
        ['ts', 'commonjs'],
        ['ts', 'unambiguous'],
      ];
    case 'tsx':
      return [
        ['tsx', 'unambiguous'],
        ['tsx', 'commonjs'],
      ];
    case 'mjs':
      return [
        ['js', 'module'],
        ['jsx', 'module'],
        ['tsx', 'module'],
      ];
    default:
      return [
        [extension === 'jsx' ? 'jsx' : 'js', 'unambiguous'],
        ['js', 'commonjs'],
        ['jsx', 'unambiguous'],
        ['tsx', 'unambiguous'],
      ];
  }
}

function tryParse(
  path: string,
  text: string,
  lang: Lang,
  sourceType: SourceType,
): Parsed | undefined {
  const options: ParserOptions = { lang, sourceType, preserveParens: false };
  if (rawTransfer) {
    try {
      const raw = { ...options, experimentalRawTransfer: true };
      return read(loaded().parseSync(path, text, raw));
    } catch (thrown) {
      // Its deserializer recurses; the other way out of the parser does not.
      const tooDeep = thrown instanceof RangeError && messageOf(thrown).includes('call stack');
      if (!tooDeep) rawTransfer = false;
    }
  }
  try {
    return read(loaded().parseSync(path, text, options));
  } catch {
    return undefined;
  }
}

function read(result: ParseResult): Parsed {
  const program = result.program as unknown as SyntaxNode;
  const error = result.errors.find(({ severity }) => ERRORS.has(severity));
  if (error === undefined) return { program };
  return { program, error: { message: error.message, offset: error.labels[0]?.start ?? 0 } };
}
