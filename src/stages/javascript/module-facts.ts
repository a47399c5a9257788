import { exportsOf } from './exports.ts';
import { calleeName, isExportsMember } from './expression-context.ts';
import type { ModuleFacts, Place } from './facts.ts';
import type { Scope } from './identifier-index.ts';
import { ImportCollector } from './imports.ts';
import { parseSource, visitorKeys } from './parser.ts';
import { Positions } from './positions.ts';
import { indexSyntax, type SyntaxIndex } from './scopes.ts';
import { scriptText } from './script-text.ts';
import { child, type SyntaxNode } from './syntax.ts';

export type * from './facts.ts';
export { loadParser } from './parser.ts';

/**
 * What one source file imports, does with it, exports and hides. Never throws for what is in the
 * text: a file that cannot be read is one opaque spot, which callers must treat as "anything".
 *
 * `await loadParser()` once before the first call.
 *
 * @param path - Decides the dialect by its extension (`.js`, `.mjs`, `.cjs`, `.jsx`, `.ts`, `.mts`,
 *   `.cts`, `.tsx`; of `.vue`, `.svelte` and `.astro` the script blocks are read).
 */
export function moduleFacts(path: string, text: string): ModuleFacts {
  const source = scriptText(path, text);
  const positions = new Positions(source.text);
  const parsed = parseSource(source.path, source.text);
  if (parsed.program === undefined) return unparsed(path, parsed.refused, positions.at(0));
  const index = indexSyntax(parsed.program, visitorKeys());
  const typescript = /\.[cm]?tsx?$/.test(source.path);
  const collector = new ImportCollector(index, positions, source.text, typescript);
  collector.collect();
  const { names, open } = exportsOf(index);
  const opaque = collector.opaque;
  if (parsed.error !== undefined) {
    opaque.push(notParsed(parsed.error.message, positions.at(parsed.error.offset)));
  }
  return {
    path,
    format: formatOf(index),
    imports: collector.imports.sort(byPlace),
    uses: collector.tracer.uses.sort(byPlace),
    exports: names,
    exportsOpen: open || parsed.error !== undefined,
    opaque: opaque.sort(byPlace),
    calledNames: calledNames(index),
  };
}

function unparsed(path: string, why: string, place: Place): ModuleFacts {
  return {
    path,
    format: 'none',
    imports: [],
    uses: [],
    exports: [],
    exportsOpen: true,
    opaque: [notParsed(why, place)],
    calledNames: new Set(),
  };
}

function notParsed(what: string, place: Place) {
  return { ...place, kind: 'unparsed' as const, what, prefix: '', mayLoad: true };
}

function formatOf(index: SyntaxIndex): ModuleFacts['format'] {
  const esm = [
    'ImportDeclaration',
    'ExportNamedDeclaration',
    'ExportDefaultDeclaration',
    'ExportAllDeclaration',
  ];
  if (esm.some((type) => index.nodes.has(type))) return 'esm';
  return ['require', 'exports', 'module'].some((name) => index.references.has(name))
    ? 'cjs'
    : 'none';
}

function calledNames(index: SyntaxIndex): ReadonlySet<string> {
  const names = new Set<string>();
  for (const type of ['CallExpression', 'NewExpression']) {
    for (const { node, scope } of index.nodes.get(type) ?? []) {
      const callee = child(node, 'callee');
      const name = callee === undefined || !isOwn(callee) ? undefined : calleeName(callee);
      if (name !== undefined && !isInside(name, scope)) names.add(name);
    }
  }
  return names;
}

/** Whether a callee may be a function of this module: methods of other objects are not. */
function isOwn(callee: SyntaxNode): boolean {
  if (callee.type !== 'MemberExpression') return true;
  const object = child(callee, 'object');
  return (
    object?.type === 'ThisExpression' || object?.['name'] === 'exports' || isExportsMember(callee)
  );
}

function isInside(functionName: string, scope: Scope): boolean {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    if (at.functionName === functionName) return true;
  }
  return false;
}

function byPlace(a: Place, b: Place): number {
  return a.line - b.line || a.column - b.column;
}
